using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>
/// The routes of one port of a service. Without mesh routes: everything to the port's own cluster. With some: exactly what they say,
/// in the order of the objects and their rules; what none of them matches gets 404, as Gateway API wants it.
/// </summary>
internal sealed class ServiceRouteTranslator(ServiceCatalog services, RouteCatalog routes, TimeSpan defaultTimeout, LayerBuilder builder)
{
    private readonly BackendTranslator _backends = new(services, builder);

    /// <summary>At least one route.</summary>
    public IEnumerable<Route> Translate(MeshService service, ServicePort port)
    {
        var applicable = routes.ForService(service.Key).Where(r => AppliesTo(r, service.Key, port)).ToList();
        return applicable.Count == 0 ? [OwnCluster(service, port)] : applicable.SelectMany(r => Translate(r, port));
    }

    private static bool AppliesTo(MeshRoute route, ServiceKey service, ServicePort port) =>
        route.Parents.OfType<RouteParent.OfService>().Any(p => p.Service == service && (p.Port == 0 || p.Port == port.Port));

    private Route OwnCluster(MeshService service, ServicePort port)
    {
        var name = ClusterName.Of(service.Key, port);
        var action = RouteParts.Action(port.Protocol, requestTimeout: null, defaultTimeout);
        action.Cluster = name;
        return new Route { Name = name, Match = RouteParts.Everything(), Route_ = action };
    }

    private IEnumerable<Route> Translate(MeshRoute route, ServicePort port)
    {
        if (!route.Hosts.IsEmpty)
        {
            builder.Report(Problems.IgnoredHosts(route));
        }

        return route.Rules.SelectMany((_, i) => RuleTranslator.Translate(new RuleInputs(route, i, port, defaultTimeout), _backends, builder));
    }
}
