using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Gateways;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Nodes;

/// <summary>All that a machine's inbound listener is made from: the services that run there, and their ports.</summary>
internal sealed record NodeInboundInputs(SameObjects<ServiceEntry> Entries, MeshConfig Config, string Node, int InboundPort);

/// <summary>
/// Inbound for the workloads of one machine: connections that the machine redirects to the proxy go on to where they were meant
/// to go, as HTTP where the port speaks HTTP.
/// </summary>
internal static class NodeInboundTranslator
{
    private const string Name = "inbound";

    /// <summary>The listener, its routes, and the one cluster behind them.</summary>
    public static void Translate(NodeInboundInputs inputs, LayerBuilder builder)
    {
        var targets = Targets(inputs);
        ImmutableArray<ObjectRef> origins = [inputs.Config.Ref, .. targets.Select(t => t.Service.Ref).Distinct()];
        var listener = new Listener
        {
            Name = Name,
            TrafficDirection = TrafficDirection.Inbound,
            ListenerFilters = { NodeEgressTranslator.OriginalDst() },
            DefaultFilterChain = new FilterChain { Name = Name, Filters = { Tcp(Name) } },
        }.OnEveryAddress(inputs.InboundPort, inputs.Config);
        listener.FilterChains.AddRange(targets.Select(Chain));
        builder.Add(ResourceType.Cluster, Name, ClusterTranslator.OriginalDestination(Name, inputs.Config.ConnectTimeout), inputs.Config.Ref);
        builder.Add(ResourceType.Listener, Name, listener, origins);
        builder.Add(ResourceType.Route, Name, Routes(), inputs.Config.Ref);
    }

    private static List<Target> Targets(NodeInboundInputs inputs) =>
    [
        .. inputs.Entries.Items
            .SelectMany(entry => entry.Endpoints.SelectMany(e => e.Endpoints).Where(e => IsLocal(e, inputs.Node)).SelectMany(e => Targets(entry.Service, e)))
            .GroupBy(t => (t.Address, t.Port))
            .Select(g => g.First())
            .OrderBy(t => t.Address, StringComparer.Ordinal)
            .ThenBy(t => t.Port),
    ];

    private static bool IsLocal(Model.Endpoint endpoint, string node) =>
        (endpoint.Node == node || endpoint.Address == node) && IPAddress.TryParse(endpoint.Address, out _);

    private static IEnumerable<Target> Targets(MeshService service, Model.Endpoint endpoint) => service.Ports
        .Where(p => endpoint.Ports.ContainsKey(p.Name))
        .Select(p => new Target(service, p, endpoint.Address, endpoint.Ports[p.Name]));

    private static FilterChain Chain(Target target)
    {
        var name = $"{Name}/{ClusterName.Of(target.Service.Key, target.ServicePort)}";
        return new FilterChain
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{name} {target.Address}:{target.Port}"),
            FilterChainMatch = NodeEgressTranslator.To(target.Address, target.Port),
            Filters = { target.ServicePort.Protocol.IsHttp() ? HttpConnections.Filter(HttpConnections.Create(name, Name)) : Tcp(name) },
        };
    }

    private static Filter Tcp(string statPrefix) => EdgeConnections.Tcp(statPrefix, new BackendSplit([new ClusterShare(Name, 1)], 1, 0));

    // The sender's proxy has set the time limit; a second one here would cut what the first allows.
    private static RouteConfiguration Routes() => new()
    {
        Name = Name,
        ValidateClusters = false,
        VirtualHosts =
        {
            new VirtualHost
            {
                Name = Name,
                Domains = { "*" },
                Routes = { new Route { Name = Name, Match = RouteParts.Everything(), Route_ = new RouteAction { Cluster = Name, Timeout = new Duration() } } },
            },
        },
    };

    private sealed record Target(MeshService Service, ServicePort ServicePort, string Address, int Port);
}
