using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>
/// Inbound of an explicit sidecar: one port for all that other proxies send to the workload. HTTP finds the service port by
/// <c>Host</c> (with <c>:port</c>: that port; without: the main one). A service without HTTP has its first TCP port there.
/// </summary>
internal static class InboundTranslator
{
    /// <summary>The name of the listener and of its route configuration, the same for every proxy.</summary>
    public const string Name = "inbound";

    private const string AnyAddress = "0.0.0.0";

    /// <summary>Listener, routes and one cluster for each port that is reached through them.</summary>
    public static void Explicit(InboundInputs inputs, LayerBuilder builder)
    {
        if (inputs.Entry is null)
        {
            return;
        }

        var service = inputs.Entry.Service;
        var ports = InboundPorts.Of(inputs, builder);
        var http = ports.Where(p => p.Port.Protocol.IsHttp()).ToImmutableArray();
        var served = http.IsEmpty ? ports[..1] : http;
        foreach (var port in ports.Except(served))
        {
            builder.Report(Problems.UnreachableInbound(service, port.Port));
        }

        AddClusters(inputs, served, builder);
        var chain = new FilterChain { Filters = { Filter(http, served) } };
        builder.Add(ResourceType.Listener, Name, Listener(inputs.InboundPort, chain), service.Ref);
        if (!http.IsEmpty)
        {
            builder.Add(ResourceType.Route, Name, Routes(service, http), service.Ref);
        }
    }

    /// <summary>The application's clusters.</summary>
    public static void AddClusters(InboundInputs inputs, ImmutableArray<LocalPort> ports, LayerBuilder builder)
    {
        foreach (var (port, target) in ports)
        {
            var name = ClusterName.Inbound(port);
            var cluster = ClusterTranslator.Local(name, port.Protocol, inputs.ConnectTimeout, Application(name, target));
            builder.Add(ResourceType.Cluster, name, cluster, inputs.Entry!.Service.Ref);
        }
    }

    /// <summary>A listener for inbound traffic on all addresses.</summary>
    public static Listener Listener(int port, params ReadOnlySpan<FilterChain> chains)
    {
        var listener = new Listener { Name = Name, Address = Addresses.Of(AnyAddress, port), TrafficDirection = TrafficDirection.Inbound };
        listener.FilterChains.AddRange(chains.ToArray());
        return listener;
    }

    /// <summary>
    /// Everything to the port's cluster, without a time limit and without retries: both are the caller's business, and twice would
    /// be once too often.
    /// </summary>
    public static Route ToApplication(ServicePort port)
    {
        var action = RouteParts.Action(port.Protocol, TimeSpan.Zero, TimeSpan.Zero);
        action.Cluster = ClusterName.Inbound(port);
        return new Route { Name = ClusterName.Inbound(port), Match = RouteParts.Everything(), Route_ = action };
    }

    private static Filter Filter(ImmutableArray<LocalPort> http, ImmutableArray<LocalPort> served) => http.IsEmpty
        ? TcpConnections.Filter(ClusterName.Inbound(served[0].Port))
        : HttpConnections.Filter(HttpConnections.Create(Name, Name));

    private static RouteConfiguration Routes(MeshService service, ImmutableArray<LocalPort> http)
    {
        var main = service.Ports.MainHttpPort();
        var configuration = new RouteConfiguration { Name = Name, ValidateClusters = false };
        foreach (var (port, _) in http)
        {
            var domain = ReferenceEquals(port, main) ? "*" : string.Create(CultureInfo.InvariantCulture, $"*:{port.Port}");
            configuration.VirtualHosts.Add(new VirtualHost { Name = ClusterName.Inbound(port), Domains = { domain }, Routes = { ToApplication(port) } });
        }

        return configuration;
    }

    private static ClusterLoadAssignment Application(string cluster, int port) => new()
    {
        ClusterName = cluster,
        Endpoints =
        {
            new LocalityLbEndpoints
            {
                LbEndpoints = { new LbEndpoint { Endpoint = new Envoy.Config.Endpoint.V3.Endpoint { Address = Addresses.Of("127.0.0.1", port) } } },
            },
        },
    };
}
