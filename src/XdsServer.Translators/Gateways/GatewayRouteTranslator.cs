using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Routes;
using RouteMatch = XdsServer.Model.RouteMatch;

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
        var rules = attached.SelectMany(RulesOf);
        result.Routes.AddRange((attached.Length == 1 ? rules : rules.OrderBy(r => Precedence(r.Rule.Matches))).SelectMany(Translate));
        return result;
    }

    // Several routes of one host have no order among themselves, so the more exact match goes first, as in Gateway API. What a split
    // adds to a match does not count: it says where requests go that the author's own match has taken.
    private static (int Kind, int Length) Precedence(ImmutableArray<RouteMatch> matches) => matches is [{ Path: { } path }]
        ? path.Kind switch
        {
            PathMatchKind.Exact => (0, -path.Value.Length),
            PathMatchKind.Regex => (1, -path.Value.Length),
            PathMatchKind.Prefix when path.Value.Trim('/').Length > 0 => (2, -path.Value.TrimEnd('/').Length),
            _ => (3, -Conditions(matches)),
        }
        : (3, -Conditions(matches));

    private static int Conditions(ImmutableArray<RouteMatch> matches) => matches is [var only] ? only.Headers.Length + only.QueryParameters.Length + (only.Method.Length > 0 ? 1 : 0) : 0;

    // One for each match, since each has a place of its own among those of other routes.
    private IEnumerable<AttachedRule> RulesOf(AttachedRoute attached) => attached.Route.Rules.SelectMany((rule, i) => rule.Matches.IsEmpty
        ? [new AttachedRule(attached, i, 0, rule)]
        : rule.Matches.Select((match, m) => new AttachedRule(attached, i, m, rule with { Matches = [match] })));

    private IEnumerable<Route> Translate(AttachedRule attached)
    {
        var (route, rule, match, part) = attached;
        if (_splits.Expand(part) is not { } expanded)
        {
            builder.Report(GatewayProblems.TooManyMatches(route.Route, rule));
            expanded = [_splits.Divide(part)];
        }

        var cameFor = CameFor(route, rule);
        return expanded.SelectMany(e => RuleTranslator.Translate(new RuleInputs(route.Route, rule, e, cameFor, inputs.Config.RequestTimeout) { Match = match }, _backends, builder));
    }

    // A call that may stream must not get a request's time limit: what the backend speaks decides.
    private ServicePort CameFor(AttachedRoute attached, int rule)
    {
        var isGrpc = attached.Route.Rules[rule].Backends.Any(b => inputs.Services.Find(b.Service)?.PortByNumber(b.Port)?.Protocol == PortProtocol.Grpc);
        return new ServicePort(attached.Edge.Listener.Name, attached.Edge.Listener.Port, isGrpc ? PortProtocol.Grpc : PortProtocol.Http);
    }

    private sealed record AttachedRoute(string Host, MeshRoute Route, EdgeListener Edge);

    private sealed record AttachedRule(AttachedRoute Route, int Index, int Match, RouteRule Rule);
}
