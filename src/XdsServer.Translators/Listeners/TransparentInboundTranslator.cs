using System.Globalization;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>
/// Inbound for redirected connections: the port that a connection was meant for tells the service port, so HTTP and TCP ports stand
/// side by side; ports that belong to no service port pass through to where they were meant to go.
/// </summary>
internal static class TransparentInboundTranslator
{
    /// <summary>The listener, and routes and clusters for each service port.</summary>
    public static void Translate(InboundInputs inputs, LayerBuilder builder)
    {
        var ports = InboundPorts.Of(inputs, builder);
        var listener = InboundTranslator.Listener(inputs.InboundPort, TransparentEgressTranslator.Trap(inputs.InboundPort));
        listener.ListenerFilters.Add(ListenerFilters.OriginalDst());

        // Two service ports may lead to one port of the application; two chains with one match would be refused.
        foreach (var port in ports.Where(p => p.Target != inputs.InboundPort).DistinctBy(p => p.Target))
        {
            listener.FilterChains.Add(Chain(port));
            AddRoutes(inputs, port, builder);
        }

        listener.DefaultFilterChain = new FilterChain { Name = "other-ports", Filters = { TcpConnections.Filter(ClusterName.InboundPassthrough) } };
        InboundTranslator.AddClusters(inputs, ports, builder);
        builder.Add(
            ResourceType.Cluster,
            ClusterName.InboundPassthrough,
            ClusterTranslator.OriginalDestination(ClusterName.InboundPassthrough, inputs.ConnectTimeout));
        builder.Add(ResourceType.Listener, InboundTranslator.Name, listener, inputs.Entry is null ? [] : [inputs.Entry.Service.Ref]);
    }

    private static FilterChain Chain(LocalPort port)
    {
        var name = ClusterName.Inbound(port.Port);
        return new FilterChain
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{name}:{port.Target}"),
            FilterChainMatch = new FilterChainMatch { DestinationPort = (uint)port.Target },
            Filters = { port.Port.Protocol.IsHttp() ? HttpConnections.Filter(HttpConnections.Create(InboundTranslator.Name, name)) : TcpConnections.Filter(name) },
        };
    }

    private static void AddRoutes(InboundInputs inputs, LocalPort port, LayerBuilder builder)
    {
        if (!port.Port.Protocol.IsHttp())
        {
            return;
        }

        var name = ClusterName.Inbound(port.Port);
        var host = new VirtualHost { Name = name, Domains = { "*" }, Routes = { InboundTranslator.ToApplication(port.Port) } };
        builder.Add(ResourceType.Route, name, new RouteConfiguration { Name = name, ValidateClusters = false, VirtualHosts = { host } }, inputs.Entry!.Service.Ref);
    }
}
