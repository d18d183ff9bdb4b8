using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Listeners;

/// <summary>How proxies take connections whose bytes they do not look into.</summary>
internal static class TcpConnections
{
    /// <summary>
    /// Everything to one cluster, whose endpoints move instead of the listener. Idle connections stay: pools of database clients
    /// keep theirs for hours, and TCP keepalive towards the endpoint finds those that are dead.
    /// </summary>
    public static Filter Filter(string cluster) => new()
    {
        Name = "envoy.filters.network.tcp_proxy",
        TypedConfig = Any.Pack(new TcpProxy
        {
            StatPrefix = cluster.Replace('.', '_'),
            Cluster = cluster,
            IdleTimeout = Duration.FromTimeSpan(TimeSpan.Zero),
        }),
    };
}
