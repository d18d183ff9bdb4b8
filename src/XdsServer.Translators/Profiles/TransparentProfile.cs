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
    /// <summary>All clusters; the namespace's egress; the workload's inbound.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var egress = new TransparentInputs(SidecarProfile.EgressInputsOf(group, context) with { IsTransparent = true }, group.InboundPort);
        var inbound = SidecarProfile.InboundInputsOf(group, context);
        return
        [
            context.Outbound.Layer,
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"transparent egress {group.Namespace} :{group.EgressPort}/:{group.InboundPort}"), egress, Egress),
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"transparent workload {group.Namespace}/{group.Service} :{group.InboundPort}"), inbound, Inbound),
        ];
    }

    private static LayerContent Egress(TransparentInputs inputs)
    {
        var builder = new LayerBuilder();
        var (egress, inboundPort) = inputs;
        EgressRouteTranslator.Translate(egress, builder);
        TransparentEgressTranslator.Translate(egress, inboundPort, builder);
        TcpListenerTranslator.Transparent(new TcpInputs(egress.Services, egress.Routes, egress.Namespace, egress.EgressPort, inboundPort, ""), builder);
        return builder.ToContent();
    }

    private static LayerContent Inbound(InboundInputs inputs)
    {
        var builder = new LayerBuilder();
        TransparentInboundTranslator.Translate(inputs, builder);
        return builder.ToContent();
    }

    private sealed record TransparentInputs(EgressInputs Egress, int InboundPort);
}
