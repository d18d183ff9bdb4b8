using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using XdsServer.Model;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Pipeline;

/// <summary>What is taken over from the run before saves work and changes nothing.</summary>
public sealed class IncrementalTests
{
    [Fact]
    public void Any_edits_one_after_the_other_give_what_the_last_state_gives_from_scratch()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(EditedMesh.Edits(), edits =>
        {
            var sources = EditedMesh.Start();
            var model = MeshModel.Compose(sources, previous: null);
            var translation = MeshTranslator.Translate(model, EditedMesh.Groups, previous: null);
            foreach (var edit in edits)
            {
                sources = EditedMesh.Apply(sources, edit);
                model = MeshModel.Compose(sources, model);
                translation = MeshTranslator.Translate(model, EditedMesh.Groups, translation);
            }

            var fresh = MeshModel.Compose(sources, previous: null);
            model.Diagnostics.Should().Equal(fresh.Diagnostics);
            model.Services.Select(e => e.Endpoints).Should().BeEquivalentTo(fresh.Services.Select(e => e.Endpoints), o => o.WithStrictOrdering().ComparingByValue<ServiceEndpoints>());
            ShouldEqual(translation, MeshTranslator.Translate(fresh, EditedMesh.Groups, previous: null));
        }));
    }

    [Fact]
    public void Groups_that_come_later_get_what_they_would_have_got_at_once()
    {
        var model = MeshModel.Compose(EditedMesh.Start(), previous: null);
        Translation? translation = null;
        for (var count = 1; count <= EditedMesh.Groups.Length; count++)
        {
            translation = MeshTranslator.Translate(model, [.. EditedMesh.Groups.Take(count)], translation);
        }

        ShouldEqual(translation!, MeshTranslator.Translate(model, EditedMesh.Groups, previous: null));
    }

    [Fact]
    public void A_changed_endpoint_changes_one_set_of_one_layer_and_nothing_else()
    {
        var (before, after) = After(new MeshEdit(Kind: 0, Service: 3, Value: 1));

        foreach (var group in EditedMesh.Groups.Where(g => g.Service != "s3" && g.Node != "machine-0"))
        {
            var (old, now) = (before.Snapshots[group], after.Snapshots[group]);
            now.Layers.Skip(1).Should().Equal(old.Layers.Skip(1), ReferenceEquals);
            ResourceType.All.Where(t => !ReferenceEquals(old.Layers[0][t], now.Layers[0][t])).Should().Equal(ResourceType.Endpoint);
            old.ChangesTo(now, ResourceType.Endpoint).Should().ContainSingle().Which.Upserts.Select(r => r.Name).Should().Equal("other/s3/main");
        }
    }

    [Fact]
    public void A_changed_split_touches_the_routes_of_those_who_see_it_and_nothing_else()
    {
        var (before, after) = After(new MeshEdit(Kind: 6, Service: 0, Value: 1));

        foreach (var group in EditedMesh.Groups)
        {
            var (old, now) = (before.Snapshots[group], after.Snapshots[group]);
            ResourceType.All.Where(t => !now.HasSame(t, old)).Should().BeSubsetOf([ResourceType.Route], group.ToString());
        }

        after.Snapshots[EditedMesh.Groups[0]].Should().NotBeSameAs(before.Snapshots[EditedMesh.Groups[0]]);
        var grpc = EditedMesh.Groups.Single(g => g is { Profile: ProxyProfile.Grpc, Namespace: "demo" });
        after.Snapshots[grpc].Should().BeSameAs(before.Snapshots[grpc], "no gRPC service has that split");
    }

    [Fact]
    public void Namespaces_share_the_virtual_hosts_that_they_see_alike()
    {
        var (translation, _) = After(new MeshEdit(Kind: 11, Service: 0, Value: 0));

        var (demo, other) = (Egress(translation, 0), Egress(translation, 3));

        demo.Version.Should().NotBe(other.Version, "short names differ");
        demo.Origins.Should().Equal(other.Origins);
        (demo.Origins == other.Origins).Should().BeTrue("one list is enough");
    }

    private static Resource Egress(Translation translation, int group) => translation.Snapshots[EditedMesh.Groups[group]].Find(ResourceType.Route, "egress")!;

    private static (Translation Before, Translation After) After(MeshEdit edit)
    {
        var sources = EditedMesh.Start();
        var model = MeshModel.Compose(sources, previous: null);
        var before = MeshTranslator.Translate(model, EditedMesh.Groups, previous: null);
        return (before, MeshTranslator.Translate(MeshModel.Compose(EditedMesh.Apply(sources, edit), model), EditedMesh.Groups, before));
    }

    private static void ShouldEqual(Translation actual, Translation expected)
    {
        foreach (var group in EditedMesh.Groups)
        {
            Describe(actual.Snapshots[group]).Should().Equal(Describe(expected.Snapshots[group]), group.ToString());
        }

        actual.Diagnostics.Should().Equal(expected.Diagnostics);
    }

    private static List<string> Describe(Snapshot snapshot) =>
    [
        .. snapshot.Layers.SelectMany(l => ResourceType.All.SelectMany(t => l[t].Sorted).Select(r =>
            $"{l.Scope}: {r} {Convert.ToHexString(r.Body.Span)} from {string.Join(", ", r.Origins)} to {string.Join(", ", r.References)}")),
        .. ResourceType.All.Select(t => $"{t} {snapshot.Hash(t)}"),
    ];
}
