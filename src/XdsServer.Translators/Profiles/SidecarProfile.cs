using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Profiles;

/// <summary>Beside one workload, which sends its requests to the egress listener and knows that it does.</summary>
internal static class SidecarProfile
{
    /// <summary>All clusters; the namespace's HTTP routes; the egress listener; the TCP listeners; the workload's inbound.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context) =>
    [
        context.Outbound.Layer,
        context.Layer(string.Create(CultureInfo.InvariantCulture, $"egress {group.Namespace} :{group.EgressPort}"), new EgressInputs(EgressTableOf(group, context)), Routes),
        context.Layer(string.Create(CultureInfo.InvariantCulture, $"egress listener :{group.EgressPort}"), new EgressListenerInputs(context.Structure.Config.Ref, group.EgressPort), Listener),
        TcpLayer(group, context),
        .. InboundLayer(group, context),
    ];

    /// <summary>What HTTP hosts lead to, seen from the group's namespace.</summary>
    public static EgressTable EgressTableOf(ProxyGroupKey group, TranslationContext context) => context.Egress(new EgressScope(group.Namespace, group.EgressPort));

    /// <summary>What the inbound of the group's workload is made from.</summary>
    public static InboundInputs InboundInputsOf(ProxyGroupKey group, TranslationContext context) =>
        new(context.Entry(group), context.Structure.Config.ConnectTimeout, group.InboundPort);

    /// <summary>The HTTP routes of a namespace.</summary>
    public static LayerContent Routes(EgressInputs inputs)
    {
        var builder = new LayerBuilder();
        EgressRouteTranslator.Translate(inputs, builder);
        return builder.ToContent();
    }

    private static ResourceLayer TcpLayer(ProxyGroupKey group, TranslationContext context)
    {
        var reserved = ReservedPorts(context, group);
        var inputs = new TcpInputs(context.Structure.Services, context.Structure.TcpRoutes, group.Namespace, group.EgressPort, group.InboundPort, reserved);
        var scope = string.Create(CultureInfo.InvariantCulture, $"tcp {group.Namespace} :{group.EgressPort}/:{group.InboundPort} not {reserved}");
        return context.Layer(scope, inputs, Tcp);
    }

    // The application's own port, and ports on which endpoints of the mesh listen on this very machine: binding them would fail.
    private static string ReservedPorts(TranslationContext context, ProxyGroupKey group)
    {
        var (loopback, own) = (context.Structure.LoopbackPorts, context.Outbound.PortsOf(new ServiceKey(group.Namespace, group.Service)));
        return loopback.IsEmpty && !own.Any(context.Structure.Services.TcpPorts.Contains)
            ? ""
            : string.Join(',', loopback.Union(own).Where(context.Structure.Services.TcpPorts.Contains).Order());
    }

    private static ImmutableArray<ResourceLayer> InboundLayer(ProxyGroupKey group, TranslationContext context)
    {
        if (group.Service.Length == 0)
        {
            return [];
        }

        var scope = string.Create(CultureInfo.InvariantCulture, $"workload {group.Namespace}/{group.Service} :{group.InboundPort}");
        return [context.Layer(scope, InboundInputsOf(group, context), Inbound)];
    }

    private static LayerContent Listener(EgressListenerInputs inputs)
    {
        var builder = new LayerBuilder();
        EgressListenerTranslator.Explicit(inputs, builder);
        return builder.ToContent();
    }

    private static LayerContent Tcp(TcpInputs inputs)
    {
        var builder = new LayerBuilder();
        TcpListenerTranslator.Explicit(inputs, builder);
        return builder.ToContent();
    }

    private static LayerContent Inbound(InboundInputs inputs)
    {
        var builder = new LayerBuilder();
        InboundTranslator.Explicit(inputs, builder);
        return builder.ToContent();
    }
}
