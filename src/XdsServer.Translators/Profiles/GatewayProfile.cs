using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Gateways;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Profiles;

/// <summary>An edge with real ports: the gateway that the proxy says it is, or all gateways of its namespace.</summary>
internal static class GatewayProfile
{
    /// <summary>All clusters; the gateways' listeners and routes.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var gateways = context.Structure.Gateways
            .Where(g => g.Key.Namespace == group.Namespace && (group.Service.Length == 0 || g.Key.Name == group.Service))
            .ToImmutableArray();
        var inputs = new Inputs(new ProxyGroupKey(ProxyProfile.Gateway, group.Namespace, group.Service, 0, 0, ""), new GatewayInputs(context.Structure.Services, context.Structure.Routes, context.Structure.Config, new SameObjects<MeshGateway>(gateways), context.Structure.Secrets));
        return [context.Outbound.Layer, context.Layer($"gateway {group.Namespace}/{(group.Service.Length == 0 ? "*" : group.Service)}", inputs, Build)];
    }

    private static LayerContent Build(Inputs inputs)
    {
        var builder = new LayerBuilder();
        if (inputs.Gateway.Gateways.Items.IsEmpty && inputs.Group.Service.Length > 0)
        {
            builder.Report(GatewayProblems.NoGateway(inputs.Group));
        }

        new GatewayTranslator(inputs.Gateway, builder).Translate();
        return builder.ToContent();
    }

    private sealed record Inputs(ProxyGroupKey Group, GatewayInputs Gateway);
}
