using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;
using ListenerFilter = Envoy.Config.Listener.V3.Filter;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>Resources by which a real Envoy carries requests to upstreams on this machine.</summary>
internal static class Carry
{
    private static readonly ConfigSource Ads = new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    /// <summary>A cluster whose endpoints come over EDS.</summary>
    public static Resource Eds(string name, int connectMilliseconds = 1000, HealthCheck? check = null)
    {
        var cluster = Cluster(name, Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds, connectMilliseconds, check);
        cluster.EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Ads };
        return Of(ResourceType.Cluster, name, cluster);
    }

    /// <summary>A cluster with its endpoints inside.</summary>
    public static Resource Static(string name, int port, HealthCheck? check = null)
    {
        var cluster = Cluster(name, Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Static, 1000, check);
        cluster.LoadAssignment = AssignmentOf(name, port);
        return Of(ResourceType.Cluster, name, cluster);
    }

    /// <summary>A load assignment of ports of this machine.</summary>
    public static Resource Assignment(string cluster, params int[] ports) => Of(ResourceType.Endpoint, cluster, AssignmentOf(cluster, ports));

    /// <summary>A check whose first answer decides when a cluster is warm, and that waits for it as good as for ever.</summary>
    public static HealthCheck PatientCheck() => new()
    {
        Timeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
        Interval = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
        UnhealthyThreshold = 1,
        HealthyThreshold = 1,
        HttpHealthCheck = new HealthCheck.Types.HttpHealthCheck { Path = "/healthz" },
    };

    /// <summary>An HTTP listener whose routes come over RDS.</summary>
    public static Resource Listener(string name, int port, string route, params HttpFilter[] filters) => Listener(name, port, new Rds { RouteConfigName = route, ConfigSource = Ads }, filters);

    /// <summary>An HTTP listener; the filter stands in front of the router.</summary>
    public static Resource Listener(string name, int port, IMessage routes, params HttpFilter[] filters)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = name,
            Rds = routes as Rds,
            HttpFilters = { filters, new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Any.Pack(new Router()) } },
        };
        if (routes is ScopedRoutes scopes)
        {
            manager.ScopedRoutes = scopes;
        }

        return Of(ResourceType.Listener, name, new Listener
        {
            Name = name,
            Address = AddressOf(port),
            FilterChains = { new FilterChain { Filters = { new ListenerFilter { Name = "envoy.filters.network.http_connection_manager", TypedConfig = Any.Pack(manager) } } } },
        });
    }

    /// <summary>A route configuration that leads everything to one cluster.</summary>
    public static Resource Route(string name, string cluster) => Of(ResourceType.Route, name, new RouteConfiguration { Name = name, VirtualHosts = { Host(cluster, "*") } });

    /// <summary>One host that leads everything to one cluster.</summary>
    public static VirtualHost Host(string cluster, string domain) => new()
    {
        Name = domain,
        Domains = { domain },
        Routes = { new Route { Match = new RouteMatch { Prefix = "/" }, Route_ = new RouteAction { Cluster = cluster } } },
    };

    /// <summary>Any message as a resource.</summary>
    public static Resource Of(ResourceType type, string name, IMessage message) => Resource.Create(type, name, message, [], ResourceReferences.Of(message));

    private static Cluster Cluster(string name, Cluster.Types.DiscoveryType type, int connectMilliseconds, HealthCheck? check)
    {
        var cluster = new Cluster { Name = name, Type = type, ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(connectMilliseconds)), IgnoreHealthOnHostRemoval = true };
        if (check is not null)
        {
            cluster.HealthChecks.Add(check);
        }

        return cluster;
    }

    private static ClusterLoadAssignment AssignmentOf(string cluster, params int[] ports) => new()
    {
        ClusterName = cluster,
        Endpoints = { new LocalityLbEndpoints { LbEndpoints = { ports.Select(p => new LbEndpoint { Endpoint = new Endpoint { Address = AddressOf(p) } }) } } },
    };

    private static Address AddressOf(int port) => new() { SocketAddress = new SocketAddress { Address = "127.0.0.1", PortValue = (uint)port } };
}
