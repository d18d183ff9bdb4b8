using System.Collections.Immutable;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Proxyless;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Profiles;

/// <summary>A gRPC client without a proxy: only what gRPC accepts.</summary>
internal static class GrpcProfile
{
    /// <summary>All clusters; all routes; the namespace's names.</summary>
    public static ImmutableArray<ResourceLayer> Layers(ProxyGroupKey group, TranslationContext context)
    {
        var mesh = context.Structure;
        var routes = new GrpcRouteInputs(mesh.Services, mesh.GrpcRoutes, mesh.Config);
        var listeners = new GrpcInputs(mesh.Services, mesh.Config, group.Namespace);
        return [context.Outbound.Layer, context.Layer("grpc routes", routes, Routes), context.Layer($"grpc listeners {group.Namespace}", listeners, Listeners)];
    }

    private static LayerContent Routes(GrpcRouteInputs inputs)
    {
        var builder = new LayerBuilder();
        GrpcTranslator.Routes(inputs, builder);
        return builder.ToContent();
    }

    private static LayerContent Listeners(GrpcInputs inputs)
    {
        var builder = new LayerBuilder();
        GrpcTranslator.Listeners(inputs, builder);
        return builder.ToContent();
    }
}
