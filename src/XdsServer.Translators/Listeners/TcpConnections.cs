using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>How proxies take connections whose bytes they do not look into.</summary>
internal static class TcpConnections
{
    /// <summary>
    /// Everything to one cluster, whose endpoints move instead of the listener. Idle connections stay: pools of database clients
    /// keep theirs for hours, and TCP keepalive towards the endpoint finds those that are dead.
    /// </summary>
    public static Filter Filter(string cluster) => Filter(cluster, [new ClusterShare(cluster, 1)]);

    /// <summary>
    /// The same to several clusters by weight, none of 0, which TCP does not know. Another weight replaces the filter chain in place:
    /// new connections follow it, those made before live for Envoy's drain time at most.
    /// </summary>
    public static Filter Filter(string statPrefix, ImmutableArray<ClusterShare> clusters)
    {
        var proxy = new TcpProxy { StatPrefix = statPrefix.Replace('.', '_'), IdleTimeout = Duration.FromTimeSpan(TimeSpan.Zero) };
        if (clusters is [var only])
        {
            proxy.Cluster = only.Name;
        }
        else
        {
            proxy.WeightedClusters = new TcpProxy.Types.WeightedCluster();
            proxy.WeightedClusters.Clusters.AddRange(clusters.Select(c => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = c.Name, Weight = c.Weight }));
        }

        return new Filter { Name = "envoy.filters.network.tcp_proxy", TypedConfig = Any.Pack(proxy) };
    }
}
