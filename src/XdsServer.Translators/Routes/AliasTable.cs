using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>
/// Which service each host name leads to, seen from one namespace. One domain twice makes Envoy refuse the whole route
/// configuration, so every name is claimed here, once, in a fixed order: full names, then <c>.ns.svc</c>, <c>.ns</c>, short names
/// (own namespace only), further hosts, virtual addresses; within each the own namespace first, then ordinally. Who comes second
/// loses that name and gets a diagnostic.
/// </summary>
internal sealed class AliasTable
{
    private static readonly ImmutableArray<Func<MeshService, AliasScope, IEnumerable<string>>> Precedence =
    [
        (s, scope) => [$"{s.Key.Name}.{s.Key.Namespace}.svc.{scope.ClusterDomain}"],
        (s, _) => [$"{s.Key.Name}.{s.Key.Namespace}.svc"],
        (s, _) => [$"{s.Key.Name}.{s.Key.Namespace}"],
        (s, scope) => s.Key.Namespace == scope.Namespace ? [s.Key.Name] : [],
        (s, _) => s.Hosts,
        (s, _) => s.Addresses.Select(a => a.Contains(':', StringComparison.Ordinal) ? $"[{a}]" : a),
    ];

    private readonly Dictionary<string, MeshService> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<MeshService, List<string>> _aliases = new(ReferenceEqualityComparer.Instance);

    private AliasTable()
    {
    }

    /// <summary>The table over the services that have HTTP ports.</summary>
    public static AliasTable Create(ImmutableArray<MeshService> services, AliasScope scope, LayerBuilder builder)
    {
        var table = new AliasTable();
        var inOrder = services.Where(s => s.Key.Namespace == scope.Namespace).Concat(services.Where(s => s.Key.Namespace != scope.Namespace)).ToList();
        foreach (var aliases in Precedence)
        {
            foreach (var service in inOrder)
            {
                foreach (var alias in aliases(service, scope))
                {
                    table.Claim(alias.ToLowerInvariant(), service, builder);
                }
            }
        }

        return table;
    }

    /// <summary>The names that lead to a service, in order of precedence.</summary>
    public IReadOnlyList<string> Of(MeshService service) => _aliases.GetValueOrDefault(service) ?? [];

    private void Claim(string alias, MeshService service, LayerBuilder builder)
    {
        if (!IsUsable(alias))
        {
            builder.Report(Problems.UnusableAlias(service, alias));
            return;
        }

        if (_owners.TryGetValue(alias, out var owner))
        {
            if (!ReferenceEquals(owner, service))
            {
                builder.Report(Problems.LostAlias(service, owner, alias));
            }

            return;
        }

        _owners.Add(alias, service);
        if (!_aliases.TryGetValue(service, out var own))
        {
            _aliases.Add(service, own = []);
        }

        own.Add(alias);
    }

    // A wildcard is a whole first label; anything else with a star either never matches or catches everything.
    private static bool IsUsable(string alias)
    {
        var name = alias.StartsWith("*.", StringComparison.Ordinal) ? alias[2..] : alias;
        return name.Length > 0 && name.All(c => c is not ('*' or '/') && c > ' ' && c < '\u007f');
    }
}

/// <summary>From where names are looked up.</summary>
internal readonly record struct AliasScope(string Namespace, string ClusterDomain);
