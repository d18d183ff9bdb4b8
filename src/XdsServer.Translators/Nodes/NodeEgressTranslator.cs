using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Gateways;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Nodes;

/// <summary>All that a machine's egress listener is made from.</summary>
/// <param name="TcpRoutes">Routes of services with TCP ports.</param>
internal sealed record NodeEgressInputs(ServiceCatalog Services, RouteCatalog TcpRoutes, MeshConfig Config, int EgressPort);

/// <summary>
/// The egress of a machine's workloads: one listener for everything. HTTP is routed by <c>Host</c>, whether it was sent to the proxy
/// or redirected to it; redirected TCP is told apart by the virtual address that it was meant for.
/// </summary>
internal static class NodeEgressTranslator
{
    /// <summary>
    /// The listener. Its routes are those of all namespaces; short names are nobody's: which namespace a workload means by <c>web</c> is not
    /// known to a proxy that serves them all.
    /// </summary>
    public static void Translate(NodeEgressInputs inputs, LayerBuilder builder)
    {
        var listener = new Listener
        {
            Name = EgressListenerTranslator.Name,
            TrafficDirection = TrafficDirection.Outbound,
            ListenerFilters = { OriginalDst() },
            DefaultFilterChain = new FilterChain
            {
                Name = "http",
                Filters = { HttpConnections.Filter(HttpConnections.Create(EgressListenerTranslator.Name, EgressRouteTranslator.Name)) },
            },
        }.OnEveryAddress(inputs.EgressPort, inputs.Config);
        var routes = new TcpRoutes(inputs.Services, inputs.TcpRoutes, builder);
        listener.FilterChains.AddRange(TcpChains(inputs, routes, builder));
        routes.AddBlocked();
        builder.Add(ResourceType.Listener, listener.Name, listener, [inputs.Config.Ref, .. routes.SplitOrigins]);
    }

    /// <summary>Restores the address that a redirected connection was meant for.</summary>
    public static ListenerFilter OriginalDst() =>
        new() { Name = "envoy.filters.listener.original_dst", TypedConfig = Any.Pack(new OriginalDst()) };

    /// <summary>Connections meant for that address and port.</summary>
    public static FilterChainMatch To(string address, int port) => new()
    {
        PrefixRanges = { new CidrRange { AddressPrefix = address, PrefixLen = address.Contains(':', StringComparison.Ordinal) ? 128u : 32u } },
        DestinationPort = (uint)port,
    };

    private static IEnumerable<FilterChain> TcpChains(NodeEgressInputs inputs, TcpRoutes routes, LayerBuilder builder)
    {
        // Two chains with one match would make Envoy refuse the listener; composing the model has named who comes second.
        var taken = new HashSet<(string Address, int Port)>();
        foreach (var service in inputs.Services.Services)
        {
            foreach (var port in service.Ports.Where(p => !p.Protocol.IsHttp()))
            {
                if (service.Addresses.IsEmpty)
                {
                    builder.Report(NodeProblems.NoAddress(service, port));
                }

                var targets = routes.Of(service, port);
                foreach (var address in service.Addresses.Where(a => taken.Add((a, port.Port))))
                {
                    var cluster = ClusterName.Of(service.Key, port);
                    yield return new FilterChain
                    {
                        Name = string.Create(CultureInfo.InvariantCulture, $"{cluster} {address}:{port.Port}"),
                        FilterChainMatch = To(address, port.Port),
                        Filters = { EdgeConnections.Tcp(cluster, new BackendSplit(targets.Clusters, 1, 0)) },
                    };
                }
            }
        }
    }
}
