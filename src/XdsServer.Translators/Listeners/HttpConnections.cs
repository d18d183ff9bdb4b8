using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Clusters;
using ServerHeader = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ServerHeaderTransformation;

namespace XdsServer.Translators.Listeners;

/// <summary>
/// How proxies take HTTP connections. Nothing here depends on services: a change of any field of it replaces the listener's filter
/// chain and ends long requests after the drain time, so all that changes in daily work is in route configurations.
/// </summary>
internal static class HttpConnections
{
    // Envoy's five minutes would cut idle WebSockets; an hour still ends what nobody uses.
    private static readonly TimeSpan StreamIdleTimeout = TimeSpan.FromHours(1);

    /// <summary>A filter chain that routes requests by the route configuration of that name.</summary>
    public static HttpConnectionManager Create(string statPrefix, string routeName) => new()
    {
        StatPrefix = statPrefix,
        Rds = new Rds { RouteConfigName = routeName, ConfigSource = AdsSource.Create() },
        NormalizePath = true,
        MergeSlashes = true,
        StripTrailingHostDot = true,
        UseRemoteAddress = false,
        ServerHeaderTransformation = ServerHeader.PassThrough,
        StreamIdleTimeout = Duration.FromTimeSpan(StreamIdleTimeout),
        UpgradeConfigs = { new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" } },
        HttpFilters =
        {
            Disabled("envoy.filters.http.cors", new Cors()),
            Disabled("envoy.filters.http.fault", new HTTPFault()),
            new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Any.Pack(new Router()) },
        },
    };

    /// <summary>The same as a network filter.</summary>
    public static Filter Filter(HttpConnectionManager manager) =>
        new() { Name = "envoy.filters.network.http_connection_manager", TypedConfig = Any.Pack(manager) };

    // Installed from the start, so that a route can switch it on without touching the listener.
    private static HttpFilter Disabled(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config), Disabled = true };
}
