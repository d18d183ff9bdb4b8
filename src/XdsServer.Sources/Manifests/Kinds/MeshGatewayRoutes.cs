using System.Buffers;
using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>
/// The <c>routes</c> of a <c>MeshGateway</c>: one <see cref="MeshRoute"/> for each host and listener, its longest path first, so that
/// the order in which routes are written decides nothing.
/// </summary>
internal static class MeshGatewayRoutes
{
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("?#\0\r\n ");

    /// <summary>The routes, sorted by listener and host.</summary>
    public static ImmutableArray<MeshRoute> Decode(ManifestObject manifest, FieldReader spec, ImmutableArray<GatewayListener> listeners)
    {
        var rules = new SortedDictionary<(string Listener, string Host), List<RouteRule>>();
        foreach (var item in spec.Objects("routes"))
        {
            Read(item, manifest, listeners, rules);
        }

        return [.. rules.Select(pair => new MeshRoute
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(pair.Key.Listener).Add(pair.Key.Host).Add(spec.Node.Find("routes")).ToString(),
            Namespace = manifest.Ref.Namespace,
            Parents = [new RouteParent.OfGateway(manifest.Key, pair.Key.Listener)],
            Hosts = pair.Key.Host.Length == 0 ? [] : [pair.Key.Host],
            Rules = [.. pair.Value.OrderByDescending(PathLength)],
        })];
    }

    private static void Read(
        FieldReader item, ManifestObject manifest, ImmutableArray<GatewayListener> listeners, SortedDictionary<(string Listener, string Host), List<RouteRule>> rules)
    {
        var hosts = GatewayHosts.Read(item);
        var prefix = item.Text("pathPrefix");
        var listener = item.Text("listener");
        var backends = RouteBackends.Read(item, manifest.Ref.Namespace);
        item.RefuseUnknown();
        if (hosts is not { } served || !IsPath(prefix, item.Context) || !IsListener(listener, listeners, item.Context))
        {
            return;
        }

        if (item.Node.Find("backends") is null)
        {
            item.Missing("backends", "Say where requests go, for example '- {service: web, port: 80}'.");
            return;
        }

        var path = (prefix?.Value ?? "/").TrimEnd('/');
        var match = new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, path.Length == 0 ? "/" : path) };
        var rule = new RouteRule { Matches = [match], Backends = backends };
        foreach (var host in served.IsEmpty ? [""] : served)
        {
            AddRule(rules, (listener?.Value ?? "", host), rule, item);
        }
    }

    private static void AddRule(SortedDictionary<(string Listener, string Host), List<RouteRule>> rules, (string Listener, string Host) key, RouteRule rule, FieldReader item)
    {
        if (!rules.TryGetValue(key, out var list))
        {
            rules[key] = list = [];
        }

        if (list.Any(other => other.Matches[0].Path == rule.Matches[0].Path))
        {
            item.Context.Error(Codes.Repeated, item.Path, item.At, $"Another route has the host '{(key.Host.Length == 0 ? "*" : key.Host)}' and the path '{rule.Matches[0].Path!.Value}' already.", "Join the two, or change one path.");
            return;
        }

        list.Add(rule);
    }

    private static bool IsPath(Placed<string>? prefix, DecodeContext context)
    {
        if (prefix is not { } path || (path.Value.StartsWith('/') && !path.Value.AsSpan().ContainsAny(NotInPaths)))
        {
            return true;
        }

        context.Error(Codes.BadFormat, path.Path, path.At, $"'{path.Value}' is not a path.", "Begin with a slash, and leave out query and fragment.");
        return false;
    }

    private static bool IsListener(Placed<string>? listener, ImmutableArray<GatewayListener> listeners, DecodeContext context)
    {
        if (listener is not { } name || listeners.Any(known => known.Name == name.Value))
        {
            return true;
        }

        context.Error(Codes.Contradiction, name.Path, name.At, $"The gateway has no usable listener '{name.Value}'.", Nearest.Suggest(name.Value, [.. listeners.Select(known => known.Name)]));
        return false;
    }

    private static int PathLength(RouteRule rule) => rule.Matches[0].Path!.Value.Length;
}
