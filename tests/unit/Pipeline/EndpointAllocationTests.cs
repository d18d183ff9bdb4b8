using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.Pipeline;

/// <summary>What one changed endpoint costs between the sources and the snapshots must not depend on how much there is that did not change.</summary>
public sealed class EndpointAllocationTests
{
    private const int Changes = 20;

    // Of each service: four lists of references that are copied with one element replaced (entries, services' resources, load assignments, and one to spare).
    private const int BytesPerService = 4 * 8;
    private const int BytesPerGroup = 2_000;
    private const int BytesPerChange = 60_000;

    [Theory]
    [InlineData(100, 1)]
    [InlineData(10_000, 1)]
    [InlineData(100, 200)]
    public void A_changed_endpoint_allocates_little_more_than_the_lists_that_it_is_in(int services, int groups)
    {
        var fragment = Mesh(services);
        ImmutableArray<ProxyGroupKey> keys = [.. Enumerable.Range(0, groups).Select(i => new ProxyGroupKey(ProxyProfile.Sidecar, "demo", $"s{i:00000}", 15001, 15006, ""))];
        var (model, translation) = Run(fragment, keys, model: null, translation: null);
        ImmutableArray<MeshFragment> states = [.. Enumerable.Range(1, Changes + 1).Select(i => fragment with { Endpoints = fragment.Endpoints.SetItem(services / 2, Meshes.Endpoints($"s{services / 2:00000}", $"10.0.0.{i}")) })];
        (model, translation) = Run(states[Changes], keys, model, translation);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var state in states.Take(Changes))
        {
            (model, translation) = Run(state, keys, model, translation);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Changes;
        each.Should().BeLessThan(BytesPerChange + (services * BytesPerService) + (groups * BytesPerGroup));
    }

    [Fact]
    public void Endpoints_of_workloads_that_see_hosts_differently_change_in_turns_for_the_same_price()
    {
        const int services = 10_000;
        var fragment = Mesh(services);
        ImmutableArray<ProxyGroupKey> keys = [.. Enumerable.Range(0, 2).Select(i => new ProxyGroupKey(ProxyProfile.Sidecar, "demo", $"s{i:00000}", 15001 + i, 25001, ""))];
        var (model, translation) = Run(fragment, keys, model: null, translation: null);
        long before = 0;

        for (var i = -2; i < Changes; i++)
        {
            before = i == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
            fragment = fragment with { Endpoints = fragment.Endpoints.SetItem(i & 1, Meshes.Endpoints($"s{i & 1:00000}", $"10.0.1.{i + 3}")) };
            (model, translation) = Run(fragment, keys, model, translation);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Changes;
        each.Should().BeLessThan(BytesPerChange + (services * (BytesPerService + 8)) + (keys.Length * BytesPerGroup), "and one list more that the test itself copies");
    }

    [Fact]
    public void What_was_made_for_groups_that_are_gone_goes_though_nothing_else_changes()
    {
        var fragment = Mesh(3);
        ImmutableArray<ProxyGroupKey> keys = [.. Enumerable.Range(0, 3).Select(i => new ProxyGroupKey(ProxyProfile.Sidecar, "demo", $"s{i:00000}", 15001 + i, 25001, ""))];
        var (model, all) = Run(fragment, keys, model: null, translation: null);
        var (_, one) = Run(fragment, [keys[1]], model, all);

        all.Memo!.Egress.Should().HaveCount(3);
        one.Memo!.Egress.Should().ContainSingle().Which.Key.EgressPort.Should().Be(15002);
        one.Memo.Egress.Values.Single().Should().BeSameAs(all.Memo.Egress.Values.Single(t => t.Scope.EgressPort == 15002));
    }

    private static (MeshModel Model, Translation Translation) Run(MeshFragment fragment, ImmutableArray<ProxyGroupKey> groups, MeshModel? model, Translation? translation)
    {
        var composed = MeshModel.Compose([fragment], model);
        return (composed, MeshTranslator.Translate(composed, groups, translation));
    }

    private static MeshFragment Mesh(int services) => Meshes.Fragment([.. Enumerable.Range(0, services).Select(i => Meshes.Endpoints($"s{i:00000}", "10.0.0.1"))]) with
    {
        Services = [.. Enumerable.Range(0, services).Select(i => Meshes.Service($"s{i:00000}"))],
    };
}
