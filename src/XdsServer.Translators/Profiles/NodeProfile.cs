using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Nodes;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Profiles;

/// <summary>One proxy for all workloads of a machine.</summary>
internal static class NodeProfile
{
    /// <summary>All clusters; one egress for all namespaces, the same on every machine; the machine's inbound, when it says which it is.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var mesh = context.Structure;
        var routes = new EgressInputs(context.Egress(new EgressScope(Namespace: "", group.EgressPort)));
        var egress = new NodeEgressInputs(mesh.Services, mesh.TcpRoutes, mesh.Config, group.EgressPort);
        ImmutableArray<ResourceLayer> layers =
        [
            context.Outbound.Layer,
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"node routes :{group.EgressPort}"), routes, SidecarProfile.Routes),
            context.Layer(string.Create(CultureInfo.InvariantCulture, $"node egress :{group.EgressPort}"), egress, Egress),
        ];
        if (group.Node.Length == 0)
        {
            return layers;
        }

        var entries = context.EntriesOnMachine(group)!;
        var inbound = new NodeInboundInputs(entries, context.Structure.Config, group.Node, group.InboundPort);
        return layers.Add(context.Layer(string.Create(CultureInfo.InvariantCulture, $"node {group.Node} :{group.InboundPort}"), inbound, Inbound));
    }

    private static LayerContent Egress(NodeEgressInputs inputs)
    {
        var builder = new LayerBuilder();
        NodeEgressTranslator.Translate(inputs, builder);
        return builder.ToContent();
    }

    private static LayerContent Inbound(NodeInboundInputs inputs)
    {
        var builder = new LayerBuilder();
        NodeInboundTranslator.Translate(inputs, builder);
        return builder.ToContent();
    }
}
