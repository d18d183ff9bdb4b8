using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Resources;

public sealed class RestConfigSourcesTests
{
    private static readonly ResourceLayer Clusters = ResourceLayer.Create("clusters", [Resource.Create(ResourceType.Cluster, "web", Eds("web"), [], [])], null);
    private static readonly Snapshot Streamed = Snapshot.Create([Clusters], null);

    [Fact]
    public void A_cluster_asks_for_its_endpoints_over_REST()
    {
        var made = (Cluster)MessageTypes.Decode(RestConfigSources.Rewrite(Streamed, null).Find(ResourceType.Cluster, "web")!);

        var source = made.EdsClusterConfig.EdsConfig;
        source.Ads.Should().BeNull();
        source.ApiConfigSource.ApiType.Should().Be(ApiConfigSource.Types.ApiType.Rest);
        source.ApiConfigSource.ClusterNames.Should().Equal("xds");
        source.ApiConfigSource.RefreshDelay.Should().NotBeNull("Envoy refuses REST without it");
    }

    [Fact]
    public void Only_the_first_load_balancing_policy_stays()
    {
        var made = (Cluster)MessageTypes.Decode(RestConfigSources.Rewrite(Streamed, null).Find(ResourceType.Cluster, "web")!);

        made.LoadBalancingPolicy.Policies.Should().ContainSingle().Which.TypedExtensionConfig.Name.Should().Be("first");
    }

    [Fact]
    public void Layers_that_did_not_change_keep_their_instance()
    {
        var before = RestConfigSources.Rewrite(Streamed, null);
        var more = ResourceLayer.Create("more", [Resource.Create(ResourceType.Cluster, "db", Eds("db"), [], [])], null);

        var after = RestConfigSources.Rewrite(Snapshot.Create([Clusters, more], Streamed), (Streamed, before));

        after.Layers[0].Should().BeSameAs(before.Layers[0]);
        RestConfigSources.Rewrite(Streamed, (Streamed, before)).Should().BeSameAs(before);
    }

    private static Cluster Eds(string name) => new()
    {
        Name = name,
        Type = Cluster.Types.DiscoveryType.Eds,
        EdsClusterConfig = new Cluster.Types.EdsClusterConfig { EdsConfig = new ConfigSource { Ads = new AggregatedConfigSource() } },
        LoadBalancingPolicy = new LoadBalancingPolicy
        {
            Policies =
            {
                new LoadBalancingPolicy.Types.Policy { TypedExtensionConfig = new TypedExtensionConfig { Name = "first" } },
                new LoadBalancingPolicy.Types.Policy { TypedExtensionConfig = new TypedExtensionConfig { Name = "second" } },
            },
        },
    };
}
