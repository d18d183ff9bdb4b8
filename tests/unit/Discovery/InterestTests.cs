using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class InterestTests
{
    /// <summary>The walk [] → [*,A] → [A] → [] of protocol duty 44.</summary>
    [Fact]
    public void Sotw_walk_ends_with_nothing()
    {
        var interest = new Interest(ResourceType.Cluster);

        interest.Replace([]).AsksForAll.Should().BeTrue();
        interest.Covers("x").Should().BeTrue();
        interest.Replace(["*", "a"]).Answer.Should().Equal("a");
        interest.Covers("x").Should().BeTrue();
        interest.Replace(["a"]).IsNarrower.Should().BeTrue();
        interest.Covers("x").Should().BeFalse();
        interest.Covers("a").Should().BeTrue();
        interest.Replace([]);
        interest.Covers("a").Should().BeFalse();
        interest.IsWildcard.Should().BeFalse();
    }

    [Theory]
    [InlineData("cds", true)]
    [InlineData("lds", true)]
    [InlineData("srds", true)]
    [InlineData("eds", false)]
    [InlineData("rds", false)]
    [InlineData("vhds", false)]
    public void Empty_first_request_means_all_only_where_the_protocol_says_so(string type, bool isAll)
    {
        var resourceType = ResourceType.All.Single(t => t.ShortName == type);

        new Interest(resourceType).Replace([]).AsksForAll.Should().Be(isAll);
        new Interest(resourceType).Edit([], []).AsksForAll.Should().Be(isAll);
    }

    [Fact]
    public void Sotw_empty_list_after_names_is_an_unsubscription()
    {
        var interest = new Interest(ResourceType.Cluster);

        interest.Replace(["a"]);
        interest.Replace([]);

        interest.IsWildcard.Should().BeFalse();
        interest.Names.Should().BeEmpty();
    }

    [Fact]
    public void Sotw_repeated_names_ask_for_nothing()
    {
        var interest = new Interest(ResourceType.Endpoint);
        interest.Replace(["a", "b"]);

        var change = interest.Replace(["b", "a", "a"]);

        change.Answer.Should().BeEmpty();
        change.IsNarrower.Should().BeFalse();
    }

    [Fact]
    public void Delta_subscription_is_always_to_be_answered()
    {
        var interest = new Interest(ResourceType.Endpoint);
        interest.Edit(["a"], []);

        interest.Edit(["a"], []).Answer.Should().Equal("a");
    }

    [Fact]
    public void Delta_unsubscription_below_a_wildcard_is_to_be_answered()
    {
        var interest = new Interest(ResourceType.Cluster);
        interest.Edit(["*", "a"], []);

        interest.Edit([], ["a"]).Answer.Should().Equal("a");
        interest.Edit([], ["never"]).Answer.Should().BeEmpty();
    }

    [Fact]
    public void Delta_names_survive_the_end_of_the_wildcard()
    {
        var interest = new Interest(ResourceType.Cluster);
        interest.Edit(["*", "a"], []);

        interest.Edit([], ["*"]);

        interest.Covers("a").Should().BeTrue();
        interest.Covers("b").Should().BeFalse();
    }

    [Fact]
    public void Delta_legacy_wildcard_holds_only_for_the_first_request()
    {
        var interest = new Interest(ResourceType.Cluster);
        interest.Edit(["a"], []);

        interest.Edit([], []).AsksForAll.Should().BeFalse();
        interest.IsWildcard.Should().BeFalse();
    }

    [Theory]
    [InlineData("xdstp://auth/envoy.config.cluster.v3.Cluster/foo/*", "xdstp://auth/envoy.config.cluster.v3.Cluster/foo/a", true)]
    [InlineData("xdstp://auth/envoy.config.cluster.v3.Cluster/foo/*", "xdstp://auth/envoy.config.cluster.v3.Cluster/foo/a/b", false)]
    [InlineData("xdstp://auth/envoy.config.cluster.v3.Cluster/foo/*", "xdstp://other/envoy.config.cluster.v3.Cluster/foo/a", false)]
    [InlineData("xdstp://auth/envoy.config.cluster.v3.Cluster/foo/*?x=1", "xdstp://auth/envoy.config.cluster.v3.Cluster/foo/a?x=1", true)]
    [InlineData("xdstp://auth/envoy.config.cluster.v3.Cluster/foo/*?x=1", "xdstp://auth/envoy.config.cluster.v3.Cluster/foo/a", false)]
    public void Glob_collections_cover_their_members(string glob, string name, bool isCovered)
    {
        var interest = new Interest(ResourceType.Cluster);

        interest.Edit([glob], []);

        interest.Covers(name).Should().Be(isCovered);
    }

    [Fact]
    public void Aliases_are_covered()
    {
        var interest = new Interest(ResourceType.VirtualHost);
        interest.Edit(["routes/www.example.com"], []);

        var host = Resource.Create(ResourceType.VirtualHost, "routes/example", new Envoy.Config.Route.V3.VirtualHost { Name = "example" }, [], [], "routes/www.example.com");

        interest.Covers(host).Should().BeTrue();
    }
}
