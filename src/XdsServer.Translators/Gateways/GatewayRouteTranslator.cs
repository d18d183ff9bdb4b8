using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Routes;
using RouteMatch = Envoy.Config.Route.V3.RouteMatch;

namespace XdsServer.Translators.Gateways;

/// <summary>Where an edge sends requests: by host, then by the mesh routes that hang on the listener.</summary>
internal sealed class GatewayRouteTranslator(GatewayInputs inputs, LayerBuilder builder)
{
    private readonly BackendTranslator _backends = new(inputs.Services, builder);
    private readonly GatewaySplits _splits = new(inputs.Services, inputs.Routes);

    /// <summary>The objects that the routes of these listeners are made from.</summary>
    public IEnumerable<ObjectRef> Origins(IEnumerable<PlannedListener> listeners) =>
        listeners.SelectMany(l => RoutesOf(l.Edge).SelectMany(_splits.Origins).Prepend(l.Edge.Gateway.Ref)).Distinct();

    /// <summary>
    /// A route configuration for these listeners, one virtual host for each host name. The port in <c>Host</c> is the edge's own,
    /// so it is not compared.
    /// </summary>
    public RouteConfiguration Translate(string name, IEnumerable<PlannedListener> listeners)
    {
        var configuration = new RouteConfiguration { Name = name, ValidateClusters = false, IgnorePortInHostMatching = true };
        var hosts = listeners
            .SelectMany(Attached)
            .GroupBy(a => a.Host, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        foreach (var host in hosts)
        {
            configuration.VirtualHosts.Add(VirtualHost(host.Key, [.. host]));
        }

        return configuration;
    }

    private IEnumerable<MeshRoute> RoutesOf(EdgeListener edge) => inputs.Routes.Routes.Where(r => r.Parents.Any(edge.IsParent));

    private IEnumerable<AttachedRoute> Attached(PlannedListener listener)
    {
        foreach (var route in RoutesOf(listener.Edge))
        {
            var hosts = HostNames.InCommon(listener.Hosts, route.Hosts);
            if (hosts.IsEmpty)
            {
                builder.Report(GatewayProblems.NoHostInCommon(route, listener.Edge));
            }

            foreach (var host in hosts)
            {
                yield return new AttachedRoute(host, route, listener.Edge);
            }
        }
    }

    private VirtualHost VirtualHost(string host, ImmutableArray<AttachedRoute> attached)
    {
        var result = new VirtualHost { Name = host, Domains = { host }, RetryPolicy = RetryPolicies.Default() };
        var routes = attached.SelectMany(Translate);
        result.Routes.AddRange(attached.Length == 1 ? routes : routes.OrderBy(Precedence));
        return result;
    }

    // Several routes of one host have no order among themselves, so the more exact match goes first, as in Gateway API.
    private static (int Kind, int Length) Precedence(Route route) => route.Match.PathSpecifierCase switch
    {
        RouteMatch.PathSpecifierOneofCase.Path => (0, -route.Match.Path.Length),
        RouteMatch.PathSpecifierOneofCase.SafeRegex => (1, -route.Match.SafeRegex.Regex.Length),
        RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => (2, -route.Match.PathSeparatedPrefix.Length),
        _ => (3, -(route.Match.Headers.Count + route.Match.QueryParameters.Count)),
    };

    private IEnumerable<Route> Translate(AttachedRoute attached) => attached.Route.Rules.SelectMany((rule, i) => _splits.Expand(rule).SelectMany(expanded =>
        RuleTranslator.Translate(new RuleInputs(attached.Route, i, expanded, CameFor(attached, i), inputs.Config.RequestTimeout), _backends, builder)));

    // A call that may stream must not get a request's time limit: what the backend speaks decides.
    private ServicePort CameFor(AttachedRoute attached, int rule)
    {
        var isGrpc = attached.Route.Rules[rule].Backends.Any(b => inputs.Services.Find(b.Service)?.PortByNumber(b.Port)?.Protocol == PortProtocol.Grpc);
        return new ServicePort(attached.Edge.Listener.Name, attached.Edge.Listener.Port, isGrpc ? PortProtocol.Grpc : PortProtocol.Http);
    }

    private sealed record AttachedRoute(string Host, MeshRoute Route, EdgeListener Edge);
}
