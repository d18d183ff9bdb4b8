using XdsServer.Tests.Unit.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Resources;

public sealed class SnapshotTests
{
    private readonly ResourceLayer _mesh = ResourceLayer.Create("mesh", [World.Cluster("a"), World.Endpoint("a")], previous: null);

    [Fact]
    public void Two_layers_with_one_name_are_refused()
    {
        var other = ResourceLayer.Create("other", [World.Cluster("a", 1)], previous: null);

        FluentActions.Invoking(() => Snapshot.Create([_mesh, other], previous: null)).Should().Throw<ArgumentException>().WithMessage("*'mesh'*'other'*cds 'a'*");
    }

    [Fact]
    public void Hash_does_not_depend_on_layers()
    {
        var one = Snapshot.Create([ResourceLayer.Create("x", [World.Cluster("a"), World.Cluster("b")], previous: null)], previous: null);
        var two = Snapshot.Create([ResourceLayer.Create("y", [World.Cluster("b")], previous: null), _mesh], previous: null);

        two.Hash(ResourceType.Cluster).Should().Be(one.Hash(ResourceType.Cluster));
    }

    [Fact]
    public void Changes_follow_layers_by_scope()
    {
        var before = Snapshot.Create([_mesh], previous: null);
        var after = Snapshot.Create([ResourceLayer.Create("own", [World.Cluster("b")], previous: null), _mesh.With([World.Cluster("a", 1)], [])], before);

        var changes = before.ChangesTo(after, ResourceType.Cluster);

        changes.SelectMany(c => c.Upserts).Select(r => r.Name).Should().BeEquivalentTo("a", "b");
        before.ChangesTo(after, ResourceType.Endpoint).Should().BeEmpty();
        before.HasSame(ResourceType.Cluster, after).Should().BeFalse();
    }

    [Fact]
    public void Layer_with_one_change_keeps_the_sets_of_other_types()
    {
        var after = _mesh.With([World.Cluster("a", 1)], []);

        after[ResourceType.Endpoint].Should().BeSameAs(_mesh[ResourceType.Endpoint]);
        _mesh.With([World.Cluster("a")], [new ResourceName(ResourceType.Route, "none")]).Should().BeSameAs(_mesh);
    }

    [Fact]
    public void Dangling_references_are_found()
    {
        var snapshot = World.Snapshot(World.Cluster("a"), World.Endpoint("a"), World.Route("r", 0, "a", "gone"));

        snapshot.DanglingReferences().Should().ContainSingle().Which.Missing.Should().Be(new ResourceName(ResourceType.Cluster, "gone"));
    }
}
