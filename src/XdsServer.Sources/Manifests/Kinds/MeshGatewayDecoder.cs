using System.Collections.Frozen;
using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary><c>MeshGateway</c>: listeners, and its routes in the one form of route that everything is read into.</summary>
internal static class MeshGatewayDecoder
{
    private static readonly FrozenDictionary<string, GatewayProtocol> Protocols = new Dictionary<string, GatewayProtocol>(StringComparer.Ordinal)
    {
        ["http"] = GatewayProtocol.Http,
        ["https"] = GatewayProtocol.Https,
        ["tcp"] = GatewayProtocol.Tcp,
        ["tls"] = GatewayProtocol.Tls,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The gateway and its routes; nothing when no listener is usable.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (manifest.Root.Object("spec") is not { } spec)
        {
            manifest.Root.Missing("spec", "Write the gateway's listeners and routes in 'spec'.");
            return [];
        }

        var files = new List<PemFiles>();
        var listeners = ReadListeners(spec, manifest, files);
        var routes = MeshGatewayRoutes.Decode(manifest, spec, listeners);
        spec.RefuseUnknown();
        if (listeners.IsEmpty)
        {
            spec.Missing("listeners", "A gateway needs at least one usable listener, for example '- {name: web, port: 8080, protocol: http}'.");
            return [];
        }

        var gateway = new MeshGateway
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(spec.Node.Find("listeners")).ToString(),
            Key = manifest.Key,
            Listeners = listeners,
        };
        return [gateway, .. routes, .. files];
    }

    private static ImmutableArray<GatewayListener> ReadListeners(FieldReader spec, ManifestObject manifest, List<PemFiles> files)
    {
        var listeners = ImmutableArray.CreateBuilder<GatewayListener>();
        foreach (var item in spec.Objects("listeners"))
        {
            if (ReadListener(item, manifest, files) is { } listener && IsNew(listener, listeners, item))
            {
                listeners.Add(listener);
            }
        }

        return listeners.ToImmutable();
    }

    private static GatewayListener? ReadListener(FieldReader item, ManifestObject manifest, List<PemFiles> files)
    {
        var name = item.RequiredText("name", "Give the listener a name.");
        var port = item.Number("port", 1, 65535);
        var protocol = item.Choice("protocol", Protocols);
        var hosts = GatewayHosts.Read(item);
        var secret = GatewayTls.Read(item.Object("tls"), manifest, name?.Value ?? "", files);
        var backends = RouteBackends.Read(item, manifest.Ref.Namespace);
        item.RefuseUnknown();
        item.RequirePresent("port", "Write the port to listen on.");
        item.RequirePresent("protocol", "Write http, https, tcp or tls.");
        if (name is not { } given || !Names.CheckPart(given, item.Context) || port is null || protocol is null || hosts is not { } served)
        {
            return null;
        }

        if (protocol == GatewayProtocol.Https && secret is null)
        {
            item.RequirePresent("tls", "An https listener needs a certificate: 'tls: {secretName: …}'.");
            return null;
        }

        return new GatewayListener
        {
            Name = given.Value,
            Port = port.Value.Value,
            Protocol = protocol.Value,
            Hosts = served,
            Secret = protocol == GatewayProtocol.Https ? secret : null,
            Backends = backends,
        };
    }

    private static bool IsNew(GatewayListener listener, ImmutableArray<GatewayListener>.Builder listeners, FieldReader item)
    {
        var twin = listeners.FirstOrDefault(other => other.Port == listener.Port || other.Name == listener.Name);
        if (twin is null)
        {
            return true;
        }

        var what = twin.Port == listener.Port ? $"port {listener.Port}" : $"name '{listener.Name}'";
        item.Context.Error(Codes.Repeated, item.Path, item.At, $"Two listeners have the {what}.", "Give every listener its own name and port; one listener may serve many hosts.");
        return false;
    }
}
