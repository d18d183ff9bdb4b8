using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Envoy.Config.Route.V3;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Resources;

public sealed class ReferenceCountsTests
{
    [Fact]
    public void A_name_stays_as_long_as_somebody_names_it()
    {
        var parts = PartList.Create([Part("b"), Part("b", "c"), Part("a")], other: null);

        Names(parts).Should().Equal("a", "b", "c");
        Names(parts.With([(0, Part("d"))])).Should().Equal("a", "b", "c", "d");
        Names(parts.With([(0, Part("d")), (1, Part("c"))])).Should().Equal("a", "c", "d");
        Names(parts.With([(0, Part("c")), (1, Part()), (2, Part())])).Should().Equal("c");
    }

    [Fact]
    public void Random_edits_give_what_counting_anew_gives()
    {
        var random = new Random(4);
        var parts = Enumerable.Range(0, 300).Select(_ => Any(random)).ToList();
        var list = PartList.Create(parts, other: null);
        for (var step = 0; step < 100; step++)
        {
            var replaced = Enumerable.Range(0, parts.Count).Where(_ => random.Next(40) == 0).Select(i => (i, Any(random))).ToList();
            replaced.ForEach(r => parts[r.i] = r.Item2);
            list = list.With(replaced);

            list.References.AsSpan().SequenceEqual(PartList.Create(parts, other: null).References.AsSpan()).Should().BeTrue();
        }
    }

    [Fact]
    public void Lists_that_name_the_same_share_it_and_every_step()
    {
        var (first, replaced) = (PartList.Create([Part("a"), Part("b")], other: null), ((int, ResourcePart)[])[(1, Part("c"))]);
        var second = PartList.Create([Part("b"), Part("a")], first);

        IsOne(first.References, second.References).Should().BeTrue();
        IsOne(first.With(replaced).References, second.With([(0, Part("c"))]).References).Should().BeTrue("both name 'c' instead of 'b'");
        IsOne(first.With(replaced).References, second.With(replaced).References).Should().BeFalse("'a' went from the second");
    }

    [Fact]
    public void An_old_list_does_not_hold_what_came_after_it()
    {
        var old = PartList.Create([Part("a"), Part("b")], other: null);
        var next = Take(old);

        GC.Collect();

        next.TryGetTarget(out _).Should().BeFalse();
        GC.KeepAlive(old);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<object> Take(PartList old) => new(ImmutableCollectionsMarshal.AsArray(old.With([(0, Part("c"))]).References)!);

    [Fact]
    public void Lists_that_name_the_same_another_number_of_times_share_nothing()
    {
        var first = PartList.Create([Part("a"), Part("a")], other: null);
        var second = PartList.Create([Part("a")], first);

        Names(first.With([(0, Part())])).Should().Equal("a");
        Names(second.With([(0, Part())])).Should().BeEmpty();
    }

    private static IEnumerable<string> Names(PartList parts) => parts.References.Select(r => r.Name);

    private static bool IsOne(ImmutableArray<ResourceName> a, ImmutableArray<ResourceName> b) => a == b;

    private static ResourcePart Any(Random random) => Part([.. Enumerable.Range(0, random.Next(3)).Select(_ => $"c{random.Next(200)}").Distinct()]);

    private static ResourcePart Part(params string[] clusters) => ResourcePart.Create(
        RouteConfiguration.VirtualHostsFieldNumber,
        [.. clusters.Select(c => new VirtualHost { Name = c, Routes = { new Route { Route_ = new RouteAction { Cluster = c } } } })]);
}
