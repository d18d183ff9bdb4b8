using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;
using EnvoyRuntime = Envoy.Service.Runtime.V3.Runtime;
using ListenerFilter = Envoy.Config.Listener.V3.Filter;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Small valid resources of every type. The value of clusters and load assignments is where the control contract has it.</summary>
internal static class Make
{
    private static readonly ConfigSource Ads = new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    public static Resource Cluster(string name, int value = 0) => Of(ResourceType.Cluster, name, new Cluster
    {
        Name = name,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1) + TimeSpan.FromMilliseconds(value)),
        Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = Ads },
    });

    public static Resource Assignment(string name, int value = 0, int endpoints = 2) => Of(ResourceType.Endpoint, name, new ClusterLoadAssignment
    {
        ClusterName = name,
        Endpoints = { new LocalityLbEndpoints { LbEndpoints = { Enumerable.Range(0, endpoints).Select(Endpoint) } } },
        Policy = new ClusterLoadAssignment.Types.Policy { OverprovisioningFactor = (uint)(100 + value) },
    });

    public static Resource Listener(string name, string route, string statPrefix = "test") => Listener(name, "envoy.filters.network.http_connection_manager", new HttpConnectionManager
    {
        StatPrefix = statPrefix,
        Rds = new Rds { RouteConfigName = route, ConfigSource = Ads },
        HttpFilters = { new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Any.Pack(new Router()) } },
    });

    public static Resource TcpListener(string name, string cluster) =>
        Listener(name, "envoy.filters.network.tcp_proxy", new TcpProxy { StatPrefix = "test", Cluster = cluster });

    public static Resource Route(string name, params string[] clusters) => Of(ResourceType.Route, name, new RouteConfiguration
    {
        Name = name,
        VirtualHosts =
        {
            clusters.Select(c => new VirtualHost
            {
                Name = c,
                Domains = { c },
                Routes = { new Route { Match = new RouteMatch { Prefix = "/" }, Route_ = new RouteAction { Cluster = c } } },
            }),
        },
    });

    public static Resource ScopedRoute(string name, string route) =>
        Of(ResourceType.ScopedRoute, name, new ScopedRouteConfiguration { Name = name, RouteConfigurationName = route, Key = new() { Fragments = { new ScopedRouteConfiguration.Types.Key.Types.Fragment { StringKey = name } } } });

    public static Resource VirtualHost(string name, params string[] aliases) =>
        Resource.Create(ResourceType.VirtualHost, name, new VirtualHost { Name = name, Domains = { name } }, [], [], aliases);

    public static Resource Secret(string name, string content = "secret") =>
        Of(ResourceType.Secret, name, new Secret { Name = name, GenericSecret = new GenericSecret { Secret = new DataSource { InlineString = content } } });

    public static Resource Runtime(string name, int value = 0) =>
        Of(ResourceType.Runtime, name, new EnvoyRuntime { Name = name, Layer = new Struct { Fields = { ["value"] = Value.ForNumber(value) } } });

    public static Resource Extension(string name, bool suppressEnvoyHeaders = false) =>
        Of(ResourceType.ExtensionConfig, name, new TypedExtensionConfig { Name = name, TypedConfig = Any.Pack(new Router { SuppressEnvoyHeaders = suppressEnvoyHeaders }) });

    /// <summary>One resource of each type, all of that name.</summary>
    public static Resource[] OneOfEach(string name) =>
    [
        Cluster(name), Assignment(name), Secret(name), Extension(name), Listener(name, name), ScopedRoute(name, name), Route(name, name), VirtualHost(name), Runtime(name),
    ];

    private static Resource Listener(string name, string filter, IMessage config) => Of(ResourceType.Listener, name, new Listener
    {
        Name = name,
        Address = new Address { SocketAddress = new SocketAddress { Address = "127.0.0.1", PortValue = 10000 } },
        FilterChains = { new FilterChain { Filters = { new ListenerFilter { Name = filter, TypedConfig = Any.Pack(config) } } } },
    });

    private static LbEndpoint Endpoint(int index) => new()
    {
        Endpoint = new Endpoint { Address = new Address { SocketAddress = new SocketAddress { Address = $"10.0.{index >> 8 & 255}.{index & 255}", PortValue = 8080 } } },
    };

    private static Resource Of(ResourceType type, string name, IMessage message) => Resource.Create(type, name, message, [], ResourceReferences.Of(message));
}
