using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>All that a transparent proxy's egress listeners are made from.</summary>
/// <param name="TcpRoutes">Routes of services with TCP ports.</param>
internal sealed record TransparentInputs(ServiceCatalog Services, RouteCatalog TcpRoutes, MeshConfig Config, string Namespace, int EgressPort, int InboundPort);

/// <summary>
/// Egress for redirected connections. One bound listener takes everything that iptables redirects and hands each connection to the
/// listener of the address that it was meant for; those are not bound. A new service adds a listener and touches no other.
/// </summary>
internal static class TransparentEgressTranslator
{
    private const string AnyAddress = "0.0.0.0";
    private const string AnyAddress6 = "::";

    /// <summary>The virtual listener, one listener for each HTTP port number, and the clusters for everything else.</summary>
    public static void Translate(TransparentInputs inputs, LayerBuilder builder)
    {
        builder.Add(ResourceType.Cluster, ClusterName.Passthrough, ClusterTranslator.OriginalDestination(ClusterName.Passthrough, inputs.Config.ConnectTimeout), inputs.Config.Ref);
        builder.Add(ResourceType.Cluster, ClusterName.Blocked, TcpRoutes.Blocked(inputs.Config.ConnectTimeout), inputs.Config.Ref);
        builder.Add(ResourceType.Listener, EgressListenerTranslator.Name, Virtual(inputs), inputs.Config.Ref);
        foreach (var group in HttpPorts(inputs.Services.Services))
        {
            if (group.Key == inputs.EgressPort || group.Key == inputs.InboundPort)
            {
                Report(group, builder);
                continue;
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{EgressListenerTranslator.Name}/{group.Key}");
            builder.Add(ResourceType.Listener, name, Http(name, group.Key), [.. group.Select(p => p.Service.Ref).Distinct()]);
        }
    }

    private static IEnumerable<IGrouping<int, (MeshService Service, ServicePort Port)>> HttpPorts(ImmutableArray<MeshService> services) => services
        .SelectMany(s => s.Ports.Where(p => p.Protocol.IsHttp()).Select(p => (s, p)))
        .GroupBy(pair => pair.p.Port)
        .OrderBy(g => g.Key);

    private static void Report(IEnumerable<(MeshService Service, ServicePort Port)> ports, LayerBuilder builder)
    {
        foreach (var (service, port) in ports)
        {
            builder.Report(Problems.ReservedPort(service, port, "it is one of the proxy's own ports"));
        }
    }

    private static Listener Virtual(TransparentInputs inputs)
    {
        var listener = new Listener
        {
            Name = EgressListenerTranslator.Name,
            Address = Addresses.Of(AnyAddress, inputs.EgressPort),
            TrafficDirection = TrafficDirection.Outbound,
            UseOriginalDst = true,
            ListenerFilters = { ListenerFilters.OriginalDst() },
            FilterChains = { Trap(inputs.EgressPort) },
            DefaultFilterChain = new FilterChain
            {
                Name = "unknown-destination",
                Filters = { TcpConnections.Filter(inputs.Config.AllowUnknownHosts ? ClusterName.Passthrough : ClusterName.Blocked) },
            },
        };
        if (inputs.Services.Services.Any(s => s.Addresses.Any(a => a.Contains(':', StringComparison.Ordinal))))
        {
            listener.AdditionalAddresses.Add(new AdditionalAddress { Address = Addresses.Of(AnyAddress6, inputs.EgressPort) });
        }

        return listener;
    }

    /// <summary>Ends connections that were made to the proxy's own port: passing them on would lead back here for ever.</summary>
    public static FilterChain Trap(int port) => new()
    {
        Name = "own-port",
        FilterChainMatch = new FilterChainMatch { DestinationPort = (uint)port },
        Filters = { TcpConnections.Filter(ClusterName.Blocked) },
    };

    private static Listener Http(string name, int port) => new()
    {
        Name = name,
        StatPrefix = name,
        Address = Addresses.Of(AnyAddress, port),
        AdditionalAddresses = { new AdditionalAddress { Address = Addresses.Of(AnyAddress6, port) } },
        BindToPort = false,
        TrafficDirection = TrafficDirection.Outbound,
        FilterChains = { new FilterChain { Filters = { HttpConnections.Filter(HttpConnections.Create(EgressListenerTranslator.Name, EgressRouteTranslator.Name)) } } },
    };
}
