using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Extensions.Clusters.Dns.V3;
using Envoy.Extensions.LoadBalancingPolicies.LeastRequest.V3;
using Envoy.Extensions.LoadBalancingPolicies.RoundRobin.V3;
using Envoy.Extensions.Upstreams.Http.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace XdsServer.Translators.Clusters;

/// <summary>Clusters, from a service's port.</summary>
internal static class ClusterTranslator
{
    private const string HttpOptionsName = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    // Retries after a crash need more than the three at a time that Envoy allows by default (measured: 113 lost instead of 5).
    private const uint MostRetries = 1024;

    /// <summary>Endpoints come over EDS under the cluster's own name.</summary>
    public static Cluster Eds(string name, ServicePort port, TimeSpan connectTimeout)
    {
        var cluster = Common(name, port.Protocol, connectTimeout);
        cluster.Type = Cluster.Types.DiscoveryType.Eds;
        cluster.EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = AdsSource.Create(), ServiceName = name };
        return cluster;
    }

    /// <summary>The proxy resolves every endpoint's host name itself and uses all addresses that it gets.</summary>
    public static Cluster Dns(string name, ServicePort port, TimeSpan connectTimeout, ClusterLoadAssignment assignment)
    {
        var cluster = Common(name, port.Protocol, connectTimeout);
        cluster.ClusterType = new Cluster.Types.CustomClusterType
        {
            Name = "envoy.cluster.dns",
            TypedConfig = Any.Pack(new DnsCluster { RespectDnsTtl = true, DnsLookupFamily = Envoy.Extensions.Clusters.Common.Dns.V3.DnsLookupFamily.All }),
        };
        cluster.LoadAssignment = assignment;
        return cluster;
    }

    /// <summary>One fixed address, for the application beside the proxy.</summary>
    public static Cluster Local(string name, PortProtocol protocol, TimeSpan connectTimeout, ClusterLoadAssignment assignment)
    {
        var cluster = Common(name, protocol, connectTimeout);
        cluster.Type = Cluster.Types.DiscoveryType.Static;
        cluster.LoadAssignment = assignment;
        return cluster;
    }

    /// <summary>Connects to where the redirected connection was meant to go.</summary>
    public static Cluster OriginalDestination(string name, TimeSpan connectTimeout) => new()
    {
        Name = name,
        ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
        Type = Cluster.Types.DiscoveryType.OriginalDst,
        LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
        CircuitBreakers = Limits(),
        UpstreamConnectionOptions = Keepalive(),
        TypedExtensionProtocolOptions = { { HttpOptionsName, Any.Pack(AsDownstream()) } },
    };

    private static Cluster Common(string name, PortProtocol protocol, TimeSpan connectTimeout)
    {
        var cluster = new Cluster
        {
            Name = name,
            AltStatName = StatName(name),
            ConnectTimeout = Duration.FromTimeSpan(connectTimeout),
            CircuitBreakers = Limits(),
            LoadBalancingPolicy = LoadBalancing(),
            IgnoreHealthOnHostRemoval = true,
            UpstreamConnectionOptions = Keepalive(),
        };
        if (HttpOptions(protocol) is { } options)
        {
            cluster.TypedExtensionProtocolOptions.Add(HttpOptionsName, Any.Pack(options));
        }

        return cluster;
    }

    // Finds peers that vanished without a word, on connections that nothing else times out.
    private static UpstreamConnectionOptions Keepalive() => new() { TcpKeepalive = new TcpKeepalive { KeepaliveTime = 300 } };

    private static HttpProtocolOptions AsDownstream() => new()
    {
        UseDownstreamProtocolConfig = new HttpProtocolOptions.Types.UseDownstreamHttpConfig
        {
            HttpProtocolOptions = new Http1ProtocolOptions(),
            Http2ProtocolOptions = new Http2ProtocolOptions(),
        },
    };

    // A dot would end the cluster's name in Envoy's statistics.
    private static string StatName(string name) => name.Contains('.', StringComparison.Ordinal) ? name.Replace('.', '_') : "";

    // The mesh sets no limits of its own: Envoy's 1,024 connections and requests would fail a busy service without a word.
    private static CircuitBreakers Limits() => new()
    {
        Thresholds =
        {
            new CircuitBreakers.Types.Thresholds
            {
                MaxConnections = uint.MaxValue,
                MaxPendingRequests = uint.MaxValue,
                MaxRequests = uint.MaxValue,
                MaxRetries = MostRetries,
            },
        },
    };

    // A proxy takes the first policy that it knows: Envoy the least loaded of two, a gRPC client round robin.
    private static LoadBalancingPolicy LoadBalancing() => new()
    {
        Policies =
        {
            Policy("envoy.load_balancing_policies.least_request", Any.Pack(new LeastRequest())),
            Policy("envoy.load_balancing_policies.round_robin", Any.Pack(new RoundRobin())),
        },
    };

    private static LoadBalancingPolicy.Types.Policy Policy(string name, Any config) =>
        new() { TypedExtensionConfig = new TypedExtensionConfig { Name = name, TypedConfig = config } };

    private static HttpProtocolOptions? HttpOptions(PortProtocol protocol) => protocol switch
    {
        PortProtocol.Http => Explicit(new HttpProtocolOptions.Types.ExplicitHttpConfig { HttpProtocolOptions = new Http1ProtocolOptions() }),
        PortProtocol.Http2 or PortProtocol.Grpc => Explicit(new HttpProtocolOptions.Types.ExplicitHttpConfig { Http2ProtocolOptions = new Http2ProtocolOptions() }),
        PortProtocol.Tcp or PortProtocol.Tls => null,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Unknown protocol."),
    };

    private static HttpProtocolOptions Explicit(HttpProtocolOptions.Types.ExplicitHttpConfig config) => new() { ExplicitHttpConfig = config };
}
