using System.Collections.Immutable;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Proxyless;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Profiles;

/// <summary>A gRPC client without a proxy: only what gRPC accepts.</summary>
internal static class GrpcProfile
{
    /// <summary>All clusters; the namespace's names.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var inputs = new GrpcInputs(context.Structure.Services, context.Structure.Routes, context.Structure.Config, group.Namespace);
        return [context.Outbound.Layer, context.Layer($"grpc {group.Namespace}", inputs, Build)];
    }

    private static LayerContent Build(GrpcInputs inputs)
    {
        var builder = new LayerBuilder();
        new GrpcTranslator(inputs, builder).Translate();
        return builder.ToContent();
    }
}
