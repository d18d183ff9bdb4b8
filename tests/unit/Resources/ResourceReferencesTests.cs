using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;
using Filter = Envoy.Config.Listener.V3.Filter;

namespace XdsServer.Tests.Unit.Resources;

public sealed class ResourceReferencesTests
{
    private static readonly ConfigSource Ads = new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    [Fact]
    public void An_eds_cluster_names_its_load_assignment_and_its_secrets()
    {
        var tls = new UpstreamTlsContext { CommonTlsContext = new() { ValidationContextSdsSecretConfig = new() { Name = "roots", SdsConfig = Ads } } };
        tls.CommonTlsContext.TlsCertificateSdsSecretConfigs.Add(new SdsSecretConfig { Name = "leaf", SdsConfig = Ads });
        tls.CommonTlsContext.TlsCertificateSdsSecretConfigs.Add(new SdsSecretConfig { Name = "static, so never asked for" });
        var cluster = new Cluster
        {
            Name = "a",
            Type = Cluster.Types.DiscoveryType.Eds,
            TransportSocket = new TransportSocket { Name = "tls", TypedConfig = Any.Pack(tls) },
        };

        Names(cluster).Should().Equal("eds a", "sds leaf", "sds roots");
    }

    [Fact]
    public void A_service_name_replaces_the_cluster_name_and_other_cluster_types_name_none()
    {
        Names(new Cluster { Name = "a", Type = Cluster.Types.DiscoveryType.Eds, EdsClusterConfig = new() { ServiceName = "s" } }).Should().Equal("eds s");
        Names(new Cluster { Name = "a", Type = Cluster.Types.DiscoveryType.Static }).Should().BeEmpty();
    }

    [Fact]
    public void A_listener_names_routes_filter_configurations_clusters_and_secrets_of_all_its_chains()
    {
        var http = new HttpConnectionManager { Rds = new Rds { RouteConfigName = "egress", ConfigSource = Ads } };
        http.HttpFilters.Add(new HttpFilter { Name = "jwt", ConfigDiscovery = new ExtensionConfigSource { ConfigSource = Ads } });
        http.HttpFilters.Add(new HttpFilter { Name = "router", TypedConfig = Any.Pack(new Envoy.Extensions.Filters.Http.Router.V3.Router()) });
        var weighted = new TcpProxy.Types.WeightedCluster();
        weighted.Clusters.Add(new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = "b", Weight = 1 });
        weighted.Clusters.Add(new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = "c", Weight = 1 });
        var downstream = new DownstreamTlsContext { CommonTlsContext = new() };
        downstream.CommonTlsContext.TlsCertificateSdsSecretConfigs.Add(new SdsSecretConfig { Name = "edge", SdsConfig = Ads });
        var listener = new Listener { Name = "l" };
        listener.FilterChains.Add(Chain(http, downstream));
        listener.FilterChains.Add(Chain(new TcpProxy { WeightedClusters = weighted }, tls: null));
        listener.DefaultFilterChain = Chain(new TcpProxy { Cluster = "a" }, tls: null);

        Names(listener).Should().Equal("cds a", "cds b", "cds c", "sds edge", "ecds jwt", "rds egress");
    }

    [Fact]
    public void An_api_listener_names_its_routes()
    {
        var http = new HttpConnectionManager { Rds = new Rds { RouteConfigName = "r", ConfigSource = Ads } };

        Names(new Listener { Name = "l", ApiListener = new() { ApiListener_ = Any.Pack(http) } }).Should().Equal("rds r");
    }

    [Fact]
    public void Routes_name_clusters_of_single_weighted_and_mirrored_actions_once_each()
    {
        var weighted = new WeightedCluster();
        weighted.Clusters.Add(new WeightedCluster.Types.ClusterWeight { Name = "b", Weight = 1 });
        weighted.Clusters.Add(new WeightedCluster.Types.ClusterWeight { Name = "zero still counts", Weight = 0 });
        var mirrored = new RouteAction { Cluster = "a" };
        mirrored.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy { Cluster = "shadow" });
        var host = new VirtualHost { Name = "v" };
        host.Routes.Add(new Route { Route_ = mirrored });
        host.Routes.Add(new Route { Route_ = new RouteAction { Cluster = "a" } });
        host.Routes.Add(new Route { Route_ = new RouteAction { WeightedClusters = weighted } });
        host.Routes.Add(new Route { Redirect = new RedirectAction { HttpsRedirect = true } });
        var routes = new RouteConfiguration { Name = "r", VirtualHosts = { host } };

        Names(routes).Should().Equal("cds a", "cds b", "cds shadow", "cds zero still counts");
        Names(new ScopedRouteConfiguration { Name = "s", RouteConfigurationName = "r" }).Should().Equal("rds r");
    }

    private static IEnumerable<string> Names(IMessage message) => ResourceReferences.Of(message).Select(r => r.ToString());

    private static FilterChain Chain(IMessage filter, IMessage? tls)
    {
        var chain = new FilterChain { Filters = { new Filter { Name = "f", TypedConfig = Any.Pack(filter) } } };
        if (tls is not null)
        {
            chain.TransportSocket = new TransportSocket { Name = "tls", TypedConfig = Any.Pack(tls) };
        }

        return chain;
    }
}
