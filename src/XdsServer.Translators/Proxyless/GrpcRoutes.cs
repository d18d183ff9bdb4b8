using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using RouteMatch = Envoy.Config.Route.V3.RouteMatch;
using EnvoyRetryPolicy = Envoy.Config.Route.V3.RetryPolicy;

namespace XdsServer.Translators.Proxyless;

/// <summary>
/// Rewrites Envoy routes so that gRPC clients take them: they know fewer kinds of match, ignore <c>timeout</c>, and refuse a whole
/// route configuration for a retry policy of zero tries.
/// </summary>
internal sealed class GrpcRoutes(LayerBuilder builder)
{
    private const uint MostRetries = 4;

    private static readonly string[] RetryConditions = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"];

    /// <summary>The same route for gRPC clients: none when no call can match it, two when a match has to be split.</summary>
    public IEnumerable<Route> Adapt(Route route, MeshRoute? source)
    {
        if (!CanMatch(route.Match))
        {
            if (source is not null)
            {
                builder.Report(GrpcProblems.NeverMatches(source, route.Name));
            }

            return [];
        }

        return Matches(route.Match).Select(match => Adapt(route, match));
    }

    private static Route Adapt(Route route, RouteMatch match)
    {
        var result = route.Clone();
        result.Match = match;
        if (result.Route_ is { } action)
        {
            AdaptAction(action);
        }

        return result;
    }

    // Calls are POST without a query, and pseudo headers are no headers here.
    private static bool CanMatch(RouteMatch match) =>
        match.QueryParameters.Count == 0 && match.Headers.All(h => h.Name is not (":authority" or ":path")) && match.Headers.Where(h => h.Name == ":method").All(h => h.StringMatch?.Exact == "POST");

    private static IEnumerable<RouteMatch> Matches(RouteMatch match)
    {
        var headers = match.Headers.Where(h => h.Name != ":method").ToList();
        var copy = match.Clone();
        copy.Headers.Clear();
        copy.Headers.AddRange(headers);
        if (copy.PathSpecifierCase != RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix)
        {
            return [copy];
        }

        var below = copy.Clone();
        below.Prefix = copy.PathSeparatedPrefix + "/";
        copy.Path = copy.PathSeparatedPrefix;
        return [copy, below];
    }

    // Of a stream's durations only max_stream_duration limits calls; grpc_timeout_header_max would switch it off.
    private static void AdaptAction(RouteAction action)
    {
        action.Timeout = null;
        action.IdleTimeout = null;
        SetTotalWeight(action);
        if (action.MaxStreamDuration is { } duration)
        {
            duration.GrpcTimeoutHeaderMax = null;
            action.MaxStreamDuration = duration.MaxStreamDuration_ is null ? null : duration;
        }

        if (action.RetryPolicy is { } retry)
        {
            action.RetryPolicy = Retry(retry);
        }
    }

    // Older libraries (grpcio 1.51) take an absent sum for 100 and refuse any other; for Envoy the field is deprecated.
    private static void SetTotalWeight(RouteAction action)
    {
        if (action.WeightedClusters is { } split)
        {
#pragma warning disable CS0612 // deprecated for Envoy, required by gRPC
            split.TotalWeight = (uint)split.Clusters.Sum(c => (long)(c.Weight ?? 0));
#pragma warning restore CS0612
        }
    }

    private static EnvoyRetryPolicy? Retry(EnvoyRetryPolicy retry)
    {
        var conditions = retry.RetryOn.Split(',').Where(c => RetryConditions.Contains(c, StringComparer.Ordinal)).ToList();
        return conditions.Count == 0 || retry.NumRetries is null or 0
            ? null
            : new EnvoyRetryPolicy { RetryOn = string.Join(',', conditions), NumRetries = Math.Min(MostRetries, retry.NumRetries.Value) };
    }
}
