using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Profiles;

/// <summary>Beside one workload whose connections iptables redirect: the application knows nothing of the proxy.</summary>
internal static class TransparentProfile
{
    /// <summary>All clusters; the namespace's routes; the egress listeners; the workload's inbound.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var mesh = context.Structure;
        var routes = new EgressInputs(SidecarProfile.EgressTableOf(group, context), mesh.Config.AllowUnknownHosts);
        var listeners = new TransparentInputs(mesh.Services, mesh.TcpRoutes, mesh.Config, group.Namespace, group.EgressPort, group.InboundPort);
        var inbound = SidecarProfile.InboundInputsOf(group, context);
        return
        [
            context.Outbound.Layer,
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"transparent egress {group.Namespace} :{group.EgressPort}"), routes, SidecarProfile.Routes),
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"transparent listeners {group.Namespace} :{group.EgressPort}/:{group.InboundPort}"), listeners, Listeners),
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"transparent workload {group.Namespace}/{group.Service} :{group.InboundPort}"), inbound, Inbound),
        ];
    }

    private static LayerContent Listeners(TransparentInputs inputs)
    {
        var builder = new LayerBuilder();
        TransparentEgressTranslator.Translate(inputs, builder);
        TcpListenerTranslator.Transparent(new TcpInputs(inputs.Services, inputs.TcpRoutes, inputs.Namespace, inputs.EgressPort, inputs.InboundPort, ""), builder);
        return builder.ToContent();
    }

    private static LayerContent Inbound(InboundInputs inputs)
    {
        var builder = new LayerBuilder();
        TransparentInboundTranslator.Translate(inputs, builder);
        return builder.ToContent();
    }
}
