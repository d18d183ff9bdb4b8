using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators.Gateways;

/// <summary>
/// An edge: one Envoy listener <c>gateway/PORT</c> for each port. Plain HTTP has one route configuration of the same name; every
/// HTTPS listener has a filter chain, chosen by server name, with a route configuration of its own (<c>gateway/PORT/NAMESPACE/GATEWAY/LISTENER</c>),
/// so that a connection made for one certificate never reaches the hosts of another.
/// </summary>
internal sealed class GatewayTranslator(GatewayInputs inputs, LayerBuilder builder)
{
    private readonly GatewayRouteTranslator _routes = new(inputs, builder);
    private readonly BackendTranslator _backends = new(inputs.Services, builder);
    private readonly GatewaySplits _splits = new(inputs.Services, inputs.Routes);
    private bool _isBlockedNeeded;

    /// <summary>Listeners and routes of all ports; what cannot be served is left out with a diagnostic.</summary>
    public void Translate()
    {
        foreach (var plan in PortPlan.Create(inputs, builder))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"gateway/{plan.Port}");
            var listener = new Listener
            {
                Name = name,
                TrafficDirection = TrafficDirection.Inbound,
                PerConnectionBufferLimitBytes = EdgeConnections.PerConnectionBufferLimit,
            }.OnEveryAddress(plan.Port, inputs.Config);
            listener.FilterChains.AddRange(Chains(name, plan));
            if (listener.FilterChains.Any(c => c.FilterChainMatch is not null))
            {
                listener.ListenerFilters.Add(EdgeConnections.TlsInspector());
            }

            if (listener.FilterChains.Count > 0)
            {
                builder.Add(ResourceType.Listener, name, listener, [.. plan.Listeners.Select(l => l.Edge.Gateway.Ref).Concat(plan.Listeners.SelectMany(l => _splits.Origins(l.Edge.Listener.Backends))).Distinct()]);
            }
        }

        if (_isBlockedNeeded)
        {
            builder.Add(ResourceType.Cluster, ClusterName.Blocked, TcpRoutes.Blocked(inputs.Config.ConnectTimeout), inputs.Config.Ref);
        }
    }

    private IEnumerable<FilterChain> Chains(string name, PortPlan plan) => plan.Listeners[0].Edge.Listener.Protocol switch
    {
        GatewayProtocol.Http => [Http(name, plan.Listeners)],
        GatewayProtocol.Tcp => Tcp(plan.Listeners[0]),
        _ => plan.Listeners.SelectMany(l => l.Edge.Listener.Protocol == GatewayProtocol.Https ? [Https(name, l)] : Passthrough(l)),
    };

    private FilterChain Http(string name, ImmutableArray<PlannedListener> listeners)
    {
        AddRoutes(name, listeners);
        return new FilterChain { Name = name, Filters = { EdgeConnections.Http(name) } };
    }

    private FilterChain Https(string name, PlannedListener listener)
    {
        var routes = $"{name}/{listener.Edge.Name}";
        AddRoutes(routes, [listener]);
        return new FilterChain
        {
            Name = listener.Edge.Name,
            FilterChainMatch = ServerNames(listener.Hosts),
            Filters = { EdgeConnections.Http(routes) },
            TransportSocket = EdgeConnections.Tls(SecretName.Certificate(listener.Edge.Listener.Secret!.Value)),
        };
    }

    private void AddRoutes(string name, ImmutableArray<PlannedListener> listeners) =>
        builder.Add(ResourceType.Route, name, _routes.Translate(name, listeners), [.. _routes.Origins(listeners)]);

    private IEnumerable<FilterChain> Tcp(PlannedListener listener) =>
        Splits(listener).Take(1).Select(s => new FilterChain { Name = listener.Edge.Name, Filters = { EdgeConnections.Tcp(listener.Edge.Name, s.Split) } });

    private IEnumerable<FilterChain> Passthrough(PlannedListener listener)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (hosts, split) in Splits(listener))
        {
            var own = hosts.Where(taken.Add).ToImmutableArray();
            if (!own.IsEmpty)
            {
                yield return new FilterChain
                {
                    Name = $"{listener.Edge.Name}/{own[0]}",
                    FilterChainMatch = ServerNames(own),
                    Filters = { EdgeConnections.Tcp(listener.Edge.Name, split) },
                };
            }
        }
    }

    // The listener's own backends, then those of the routes that hang on it.
    private List<(ImmutableArray<string> Hosts, BackendSplit Split)> Splits(PlannedListener listener)
    {
        var splits = OwnRoute(listener.Edge)
            .Concat(inputs.Routes.Routes.Where(r => r.Parents.Any(listener.Edge.IsParent)))
            .Where(r => r.Rules.Length > 0)
            .Select(r => (Hosts: HostNames.InCommon(listener.Hosts, r.Hosts), Split: _backends.Resolve(new RuleInputs(r, 0, _splits.Divide(r.Rules[0]), CameFor(listener.Edge), TimeSpan.Zero))))
            .Where(s => !s.Hosts.IsEmpty && s.Split.PresentWeight > 0)
            .Select(s => (s.Hosts, Split: s.Split.WithBlocked()))
            .ToList();
        _isBlockedNeeded |= splits.Exists(s => s.Split.Clusters.Any(c => c.Name == ClusterName.Blocked));
        if (splits.Count == 0)
        {
            builder.Report(GatewayProblems.NoBackend(listener.Edge));
        }

        return splits;
    }

    private static IEnumerable<MeshRoute> OwnRoute(EdgeListener edge) => edge.Listener.Backends.IsEmpty
        ? []
        :
        [
            new MeshRoute
            {
                Ref = edge.Gateway.Ref,
                Revision = edge.Gateway.Revision,
                Location = edge.Gateway.Location,
                Namespace = edge.Gateway.Key.Namespace,
                Parents = [],
                Rules = [new RouteRule { Backends = edge.Listener.Backends }],
            },
        ];

    private static ServicePort CameFor(EdgeListener edge) => new(edge.Listener.Name, edge.Listener.Port, PortProtocol.Tcp);

    // No server names: every TLS client that none of the other chains takes.
    private static FilterChainMatch ServerNames(ImmutableArray<string> hosts)
    {
        var match = new FilterChainMatch { TransportProtocol = "tls" };
        match.ServerNames.AddRange(hosts.Contains(HostNames.All, StringComparer.Ordinal) ? [] : hosts);
        return match;
    }
}
