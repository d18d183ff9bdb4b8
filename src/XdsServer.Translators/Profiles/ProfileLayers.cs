using System.Collections.Immutable;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Profiles;

/// <summary>Which layers a proxy of each profile sees. A new profile is one more line here.</summary>
internal static class ProfileLayers
{
    /// <summary>The group's layers; none shares a resource name with another.</summary>
    public static ImmutableArray<ResourceLayer> Of(ProxyGroupKey group, TranslationContext context) => group.Profile switch
    {
        ProxyProfile.Sidecar => SidecarProfile.Layers(group, context),
        ProxyProfile.Transparent => TransparentProfile.Layers(group, context),
        ProxyProfile.Gateway => GatewayProfile.Layers(group, context),
        ProxyProfile.Node => NodeProfile.Layers(group, context),
        ProxyProfile.Grpc => GrpcProfile.Layers(group, context),
        _ => throw new ArgumentOutOfRangeException(nameof(group), group.Profile, "Unknown profile."),
    };
}
