using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>The discovery service of each type, and its methods.</summary>
internal static class OneTypeServices
{
    private static readonly Dictionary<ResourceType, (string Service, string Plural)> Services = new()
    {
        [ResourceType.Cluster] = ("envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters"),
        [ResourceType.Endpoint] = ("envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints"),
        [ResourceType.Secret] = ("envoy.service.secret.v3.SecretDiscoveryService", "Secrets"),
        [ResourceType.ExtensionConfig] = ("envoy.service.extension.v3.ExtensionConfigDiscoveryService", "ExtensionConfigs"),
        [ResourceType.Listener] = ("envoy.service.listener.v3.ListenerDiscoveryService", "Listeners"),
        [ResourceType.ScopedRoute] = ("envoy.service.route.v3.ScopedRoutesDiscoveryService", "ScopedRoutes"),
        [ResourceType.Route] = ("envoy.service.route.v3.RouteDiscoveryService", "Routes"),
        [ResourceType.VirtualHost] = ("envoy.service.route.v3.VirtualHostDiscoveryService", "VirtualHosts"),
        [ResourceType.Runtime] = ("envoy.service.runtime.v3.RuntimeDiscoveryService", "Runtime"),
    };

    public static string FetchOf(ResourceType type) => $"/{Services[type].Service}/Fetch{Services[type].Plural}";

    public static string MethodOf(ResourceType type, Variant variant)
    {
        var (service, plural) = Services[type];
        return $"/{service}/{(variant == Variant.Sotw ? "Stream" : "Delta")}{plural}";
    }
}
