using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Clusters;

/// <summary>Names of clusters. They become users' metric names, so they never change for the same service port.</summary>
internal static class ClusterName
{
    /// <summary>Where connections go that no service claims, in transparent profiles: to where they were meant to go.</summary>
    public const string Passthrough = "passthrough";

    /// <summary>Where connections go that may go nowhere: it has no endpoints, so they are closed, and counted.</summary>
    public const string Blocked = "blocked";

    /// <summary>Inbound connections to ports that belong to no service port, in transparent profiles.</summary>
    public const string InboundPassthrough = "inbound-passthrough";

    /// <summary><c>demo/web/http</c>.</summary>
    public static string Of(ServiceKey service, ServicePort port) => $"{service.Namespace}/{service.Name}/{port.Name}";

    /// <summary><c>demo/web/http/version=v1</c>; without the last part for all endpoints.</summary>
    public static string Of(ServiceKey service, ServicePort port, Subset subset) =>
        subset.Name.Length == 0 ? Of(service, port) : $"{Of(service, port)}/{subset.Name}";

    /// <summary><c>inbound/http</c>: the local application.</summary>
    public static string Inbound(ServicePort port) => $"inbound/{port.Name}";
}
