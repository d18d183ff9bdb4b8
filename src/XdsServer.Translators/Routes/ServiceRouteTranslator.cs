using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>
/// The routes of one port of a service. Without mesh routes: everything to the port's own cluster. With some: exactly what they say,
/// in their order and that of their rules; what none of them matches gets 404, as Gateway API wants it, or goes to the port's own
/// cluster, as SMI wants it.
/// </summary>
internal sealed class ServiceRouteTranslator(ServiceCatalog services, RouteCatalog routes, TimeSpan defaultTimeout, LayerBuilder builder)
{
    private readonly BackendTranslator _backends = new(services, builder);
    private readonly ServiceSplits _splits = new(services, routes);

    /// <summary>At least one route.</summary>
    public IEnumerable<Route> Translate(MeshService service, ServicePort port)
    {
        var applicable = _splits.RoutesOf(service.Key, port.Port);
        var translated = applicable.SelectMany(r => Translate(r, port)).ToList();
        if (applicable.All(r => r.LeavesRest) && !translated.Exists(TakesAll))
        {
            translated.Add(OwnCluster(service, port));
        }

        return translated;
    }

    private static bool TakesAll(Route route) => route.Match is { Prefix: "/", Headers.Count: 0, QueryParameters.Count: 0, RuntimeFraction: null };

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

        return _splits.RulesOf(route, port.Port).SelectMany((rule, i) => rule is null ? [] : RuleTranslator.Translate(new RuleInputs(route, i, rule, port, defaultTimeout), _backends, builder));
    }
}
