using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>The rules of mesh routes that apply to one port of a service.</summary>
internal sealed class ServiceSplits(ServiceCatalog services, RouteCatalog routes)
{
    /// <summary>Routes that apply to the port, in their order.</summary>
    public ImmutableArray<MeshRoute> RoutesOf(ServiceKey service, int port) => [.. routes.ForService(service).Where(r => AppliesTo(r, service, port))];

    /// <summary>The rules of a route with the backends that exist; null in place of those that do not apply to the port.</summary>
    public IEnumerable<RouteRule?> RulesOf(MeshRoute route, int port) => route.Rules.Select(rule => PresentBackends.Keep(rule, port, services));

    /// <summary>
    /// Where connections to a TCP port go, which carry nothing to match: the first rule that takes everything. Null: to the service itself.
    /// </summary>
    public (MeshRoute Route, int Index, RouteRule Rule)? ForConnections(ServiceKey service, int port)
    {
        foreach (var route in RoutesOf(service, port))
        {
            var found = RulesOf(route, port).Select((rule, i) => (route, i, rule)).FirstOrDefault(r => r.rule is { Matches.IsEmpty: true });
            if (found.rule is not null)
            {
                return (found.route, found.i, found.rule);
            }
        }

        return null;
    }

    private static bool AppliesTo(MeshRoute route, ServiceKey service, int port) =>
        route.Parents.OfType<RouteParent.OfService>().Any(p => p.Service == service && (p.Port == 0 || p.Port == port));
}
