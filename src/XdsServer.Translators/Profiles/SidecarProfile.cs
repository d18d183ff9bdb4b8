using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Profiles;

/// <summary>Beside one workload, which sends its requests to the egress listener.</summary>
internal static class SidecarProfile
{
    /// <summary>All clusters; the namespace's egress.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var egress = new EgressInputs(context.Services, context.Routes, context.Model.Config, group.Namespace, group.EgressPort);
        return
        [
            context.Outbound.Layer,
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"egress {group.Namespace} :{group.EgressPort}"), egress, Egress),
        ];
    }

    private static LayerContent Egress(EgressInputs inputs)
    {
        var builder = new LayerBuilder();
        EgressRouteTranslator.Translate(inputs, builder);
        EgressListenerTranslator.Explicit(inputs, builder);
        return builder.ToContent();
    }
}
