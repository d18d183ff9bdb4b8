using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Clusters;

/// <summary>Where resources find further resources: on the stream that they came by.</summary>
internal static class AdsSource
{
    // Shorter than the server's limit for additions, so that a cluster that never warms costs five seconds and no more (measured, 8).
    private static readonly TimeSpan InitialFetchTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The aggregated stream, v3.</summary>
    public static ConfigSource Create() => new()
    {
        Ads = new AggregatedConfigSource(),
        ResourceApiVersion = ApiVersion.V3,
        InitialFetchTimeout = Duration.FromTimeSpan(InitialFetchTimeout),
    };
}
