using System.Collections.Frozen;

namespace XdsServer.Translators.Resources;

/// <summary>
/// A kind of xDS resource. The order of <see cref="All"/> is the order in which types are pushed on an aggregated stream
/// (protocol duty 66): what is referred to comes before what refers to it.
/// </summary>
public sealed class ResourceType
{
    private const string Prefix = "type.googleapis.com/";

    /// <summary>CDS.</summary>
    public static readonly ResourceType Cluster = new(0, "cds", "envoy.config.cluster.v3.Cluster", isFullState: true);

    /// <summary>EDS.</summary>
    public static readonly ResourceType Endpoint = new(1, "eds", "envoy.config.endpoint.v3.ClusterLoadAssignment");

    /// <summary>SDS.</summary>
    public static readonly ResourceType Secret = new(2, "sds", "envoy.extensions.transport_sockets.tls.v3.Secret");

    /// <summary>ECDS.</summary>
    public static readonly ResourceType ExtensionConfig = new(3, "ecds", "envoy.config.core.v3.TypedExtensionConfig");

    /// <summary>LDS.</summary>
    public static readonly ResourceType Listener = new(4, "lds", "envoy.config.listener.v3.Listener", isFullState: true);

    /// <summary>SRDS.</summary>
    public static readonly ResourceType ScopedRoute = new(5, "srds", "envoy.config.route.v3.ScopedRouteConfiguration", isFullState: true);

    /// <summary>RDS.</summary>
    public static readonly ResourceType Route = new(6, "rds", "envoy.config.route.v3.RouteConfiguration");

    /// <summary>VHDS.</summary>
    public static readonly ResourceType VirtualHost = new(7, "vhds", "envoy.config.route.v3.VirtualHost");

    /// <summary>RTDS.</summary>
    public static readonly ResourceType Runtime = new(8, "rtds", "envoy.service.runtime.v3.Runtime");

    /// <summary>All types in push order; a type's <see cref="Index"/> is its place here.</summary>
    public static readonly IReadOnlyList<ResourceType> All =
        [Cluster, Endpoint, Secret, ExtensionConfig, Listener, ScopedRoute, Route, VirtualHost, Runtime];

    private static readonly FrozenDictionary<string, ResourceType> ByUrl = All.ToFrozenDictionary(t => t.TypeUrl, StringComparer.Ordinal);

    private ResourceType(int index, string shortName, string message, bool isFullState = false)
    {
        Index = index;
        ShortName = shortName;
        TypeUrl = Prefix + message;
        IsFullState = isFullState;
    }

    /// <summary>Dense, from 0: an array of <c>All.Count</c> can be indexed by it.</summary>
    public int Index { get; }

    /// <summary>cds, eds, …: for people, metrics and the command line.</summary>
    public string ShortName { get; }

    /// <summary>The type URL on the wire.</summary>
    public string TypeUrl { get; }

    /// <summary>
    /// In SotW a response of this type is the full state and absence means deletion (protocol duties 38, 39). Scoped routes are not in the
    /// protocol's list, but Envoy asks for them without names and deletes what is absent.
    /// </summary>
    public bool IsFullState { get; }

    /// <summary>A first request without names means all (protocol duties 40, 41).</summary>
    public bool HasLegacyWildcard => IsFullState;

    /// <summary>The type of that URL, or null when it is none of ours.</summary>
    public static ResourceType? FromUrl(string typeUrl) => ByUrl.GetValueOrDefault(typeUrl);

    /// <inheritdoc/>
    public override string ToString() => ShortName;
}
