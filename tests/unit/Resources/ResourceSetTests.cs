using XdsServer.Tests.Unit.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Resources;

public sealed class ResourceSetTests
{
    private readonly ResourceSet _abc = ResourceSet.Create([World.Cluster("c"), World.Cluster("a"), World.Cluster("b")], ResourceSet.Empty);

    [Fact]
    public void With_gives_what_creating_anew_gives()
    {
        var changed = _abc.With([World.Cluster("b", 1), World.Cluster("d"), World.Cluster("0")], ["a", "never"]);
        var anew = ResourceSet.Create([World.Cluster("0"), World.Cluster("b", 1), World.Cluster("c"), World.Cluster("d")], ResourceSet.Empty);

        changed.Sorted.Select(r => r.ToString()).Should().Equal(anew.Sorted.Select(r => r.ToString()));
        changed.Hash.Should().Be(anew.Hash);
        changed.Find("a").Should().BeNull();
        changed.Find("d")!.Name.Should().Be("d");
    }

    [Fact]
    public void With_equal_content_is_the_same_set() => _abc.With([World.Cluster("b")], ["never"]).Should().BeSameAs(_abc);

    [Fact]
    public void With_keeps_the_instances_of_what_stays() => _abc.With([World.Cluster("b", 1)], []).Find("a").Should().BeSameAs(_abc.Find("a"));

    [Fact]
    public void Create_with_two_of_one_name_is_refused() =>
        FluentActions.Invoking(() => ResourceSet.Create([World.Cluster("a"), World.Cluster("a", 1)], ResourceSet.Empty)).Should().Throw<ArgumentException>();

    [Fact]
    public void Change_names_what_differs_and_what_it_replaces()
    {
        var next = _abc.With([World.Cluster("b", 1), World.Cluster("d")], ["a"]);

        var change = _abc.ChangeTo(next);

        change.Upserts.Select(r => r.Name).Should().Equal("b", "d");
        change.Replaced.Should().Equal([_abc.Find("b"), null]);
        change.Removed.Should().Equal(_abc.Find("a")!);
    }

    [Fact]
    public void Change_is_computed_once_for_all_streams()
    {
        var next = _abc.With([World.Cluster("b", 1)], []);

        _abc.ChangeTo(next).Should().BeSameAs(_abc.ChangeTo(next));
        _abc.ChangeTo(_abc).IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Change_is_encoded_as_a_delta_response()
    {
        var change = _abc.ChangeTo(_abc.With([World.Cluster("b", 1)], ["a", "c"]));

        var response = Envoy.Service.Discovery.V3.DeltaDiscoveryResponse.Parser.ParseFrom(change.DeltaEntries.Span);

        response.Resources.Should().ContainSingle().Which.Name.Should().Be("b");
        response.RemovedResources.Should().Equal("a", "c");
    }

    [Fact]
    public void Whole_set_is_encoded_for_both_variants()
    {
        var delta = Envoy.Service.Discovery.V3.DeltaDiscoveryResponse.Parser.ParseFrom(_abc.DeltaEntries.Span);
        var sotw = Envoy.Service.Discovery.V3.DiscoveryResponse.Parser.ParseFrom(_abc.SotwEntries.Span);

        delta.Resources.Select(r => r.Version).Should().Equal(_abc.Sorted.Select(r => r.Version));
        sotw.Resources.Should().Equal(delta.Resources.Select(r => r.Resource_));
    }

    [Fact]
    public void Resource_is_found_by_alias()
    {
        var host = Resource.Create(ResourceType.VirtualHost, "r/web", new Envoy.Config.Route.V3.VirtualHost { Name = "web" }, [], [], "r/www");
        var set = ResourceSet.Create([host], ResourceSet.Empty);

        set.Find("r/www").Should().BeSameAs(host);
        set.With([Resource.Create(ResourceType.VirtualHost, "r/web", new Envoy.Config.Route.V3.VirtualHost { Name = "web" }, [], [], "r/other")], []).Find("r/www").Should().BeNull();
    }
}
