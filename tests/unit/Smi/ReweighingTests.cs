using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Tests.Unit.Manifests;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>The short way for changed weights leads where the long one does.</summary>
public sealed class ReweighingTests
{
    private static readonly string Services = string.Concat(((string[])["web", "shop", "v1", "v2"]).Select(n => SmiText.Service(n))) + SmiText.Group("group", "{name: a, headers: {x: y}}");

    // Six pairs of weights of each shape stand together.
    private static readonly string[] Texts = [.. from root in (string[])["web", "shop", "gone"] from backend in (string[])["v2", "web", "missing"] from more in (string[])["", "  matches: [{kind: HTTPRouteGroup, name: group}]", "  matches: [{kind: HTTPRouteGroup, name: nowhere}]"] from first in (int[])[0, 1, 7] from second in (int[])[0, 5] select Split("SPLIT", root, first, backend, second, more)];

    private static readonly Gen<int[]> Shapes = Gen.Choose(0, (Texts.Length / 6) - 1).ArrayOf(3);
    private static readonly Gen<int[]> Weights = Gen.Choose(0, 5).ArrayOf(3);

    [Fact]
    public void Whatever_weights_change_the_model_is_as_if_composed_at_once() => Prop.ForAll(
        Shapes.Zip(Weights.Two()).ToArbitrary(),
        choice =>
        {
            var (shapes, (old, now)) = choice;
            var first = MeshModel.Compose([ManifestReading.Read(Text(shapes, old))], previous: null);
            var next = ManifestReading.Read(Text(shapes, now));
            var changed = MeshModel.Compose([next with { Services = [.. first.Services.Select(s => s.Service)], RouteGroups = first.Smi.RouteGroups }], first);
            var fresh = MeshModel.Compose([next], previous: null);
            JsonSerializer.Serialize(changed.Smi.Splits).Should().Be(JsonSerializer.Serialize(fresh.Smi.Splits));
            changed.Diagnostics.Should().Equal(fresh.Diagnostics);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Other_weights_leave_every_other_split_as_it_is()
    {
        var fragment = ManifestReading.Read(Services + Split("a", "web", 1, "v2", 5, "") + Split("b", "shop", 1, "web", 5, ""));
        var before = MeshModel.Compose([fragment], previous: null);
        var heavier = fragment.Splits[0] with { Revision = "other", Backends = [new SplitBackend("v1", 9), new SplitBackend("v2", 5)] };

        var after = MeshModel.Compose([fragment with { Splits = fragment.Splits.SetItem(0, heavier) }], before);

        after.Outcome("b").Should().BeSameAs(before.Outcome("b"));
        after.Outcome("a").Route!.Rules[0].Backends.Select(b => b.Weight).Should().Equal(9u, 5u);
        after.Outcome("a").Route!.Revision.Should().NotBe(before.Outcome("a").Route!.Revision);
    }

    private static string Text(int[] shapes, int[] weights) => Services + string.Concat(shapes.Zip(weights).Select((c, i) => Texts[(c.First * 6) + c.Second].Replace("SPLIT", $"s{i}", StringComparison.Ordinal)));

    private static string Split(string name, string root, int first, string backend, int second, string more) => SmiText.Split(name, root, $"v1: {first}, {backend}: {second}", more);
}
