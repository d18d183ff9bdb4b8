using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Translators;

public sealed class MeshTranslatorTests
{
    [Fact]
    public void A_changed_endpoint_makes_one_new_resource_and_keeps_all_others()
    {
        var entries = Meshes.Many(200).ToList();
        var before = MeshTranslator.Translate(Meshes.Model(entries), [Meshes.Sidecar], previous: null);
        entries[7] = new(entries[7].Service, [Meshes.Endpoints("s00007", "10.0.0.2")]);

        var after = MeshTranslator.Translate(Meshes.Model(entries), [Meshes.Sidecar], before);

        All(after).Except(All(before)).Should().ContainSingle().Which.Name.Should().Be("demo/s00007/main");
        after.Snapshots[Meshes.Sidecar].Hash(ResourceType.Cluster).Should().Be(before.Snapshots[Meshes.Sidecar].Hash(ResourceType.Cluster));
        after.Snapshots[Meshes.Sidecar].Hash(ResourceType.Endpoint).Should().NotBe(before.Snapshots[Meshes.Sidecar].Hash(ResourceType.Endpoint));
    }

    [Fact]
    public void What_previous_carried_over_equals_a_translation_from_scratch()
    {
        var entries = Meshes.Many(50).ToList();
        var translation = MeshTranslator.Translate(Meshes.Model(entries), [Meshes.Sidecar], previous: null);
        entries.RemoveAt(3);
        entries.Add(Meshes.Entry(Meshes.Service("added", 8080), "10.0.0.9"));
        entries[5] = Meshes.Entry(Meshes.Service(entries[5].Service.Key.Name, 81), "10.0.0.3");
        var model = Meshes.Model(entries, Meshes.Route("added", Meshes.To(("s00010", 1))));

        var incremental = MeshTranslator.Translate(model, [Meshes.Sidecar], translation);
        var fresh = MeshTranslator.Translate(model, [Meshes.Sidecar], previous: null);

        All(incremental).Select(r => r.ToString()).Order(StringComparer.Ordinal).Should().Equal(All(fresh).Select(r => r.ToString()).Order(StringComparer.Ordinal));
        incremental.Diagnostics.Should().Equal(fresh.Diagnostics);
    }

    [Fact]
    public void Groups_share_the_mesh_layer_the_egress_listener_and_their_namespaces_routes()
    {
        var groups = new[] { Meshes.Sidecar with { Service = "s00001" }, Meshes.Sidecar with { Service = "s00002" } };

        var translation = MeshTranslator.Translate(Meshes.Model(Meshes.Many(5)), groups, previous: null);

        var (first, second) = (translation.Snapshots[groups[0]].Layers, translation.Snapshots[groups[1]].Layers);
        first.Intersect(second).Should().HaveCount(4);
        first.Except(second).Should().ContainSingle().Which.Scope.Should().Contain("s00001");
    }

    private static IEnumerable<Resource> All(Translation translation) =>
        translation.Snapshots[Meshes.Sidecar].Layers.SelectMany(l => ResourceType.All.SelectMany(t => l[t].Sorted));
}
