using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class WantIndexTests
{
    private readonly Random _random = new(20261121);

    [Fact]
    public void Finds_exactly_the_audiences_that_a_look_at_each_of_them_finds()
    {
        var index = new WantIndex();
        var audiences = new List<Audience>();
        var snapshot = Next(null);
        for (var round = 0; round < 300; round++)
        {
            Change(index, audiences);
            var next = Next(snapshot);

            var found = new HashSet<Audience>();
            index.Find(snapshot, next, a => found.Add(a));

            found.Should().BeEquivalentTo(audiences.Where(a => IsTouched(a, snapshot, next)), $"of round {round}");
            snapshot = next;
        }
    }

    [Fact]
    public void Finds_all_of_many_different_lists_also_when_many_have_gone()
    {
        var index = new WantIndex();
        var audiences = Enumerable.Range(0, 3000).Select(i => Named($"c-{i}", "shared", $"d-{i}")).ToList();
        audiences.ForEach(index.Add);
        audiences[..2900].ForEach(index.Remove);
        var late = Enumerable.Range(0, 3000).Select(i => Named($"late-{i}", "shared")).ToList();
        late.ForEach(index.Add);
        var (from, to) = (World.Snapshot(World.Endpoint("shared")), World.Snapshot(World.Endpoint("shared", 1), World.Endpoint("c-2950"), World.Endpoint("late-7")));

        var found = new HashSet<Audience>();
        index.Find(from, to, a => found.Add(a));

        found.Should().BeEquivalentTo([.. audiences[2900..], .. late]);
    }

    private static Audience Named(params string[] names) => new(new Wants([new Want(ResourceType.Endpoint, IsWildcard: false, NameList.Create(names))]));

    private void Change(WantIndex index, List<Audience> audiences)
    {
        for (var i = audiences.Count - 1; i >= 0; i--)
        {
            if (_random.Next(4) == 0)
            {
                index.Remove(audiences[i]);
                audiences.RemoveAt(i);
            }
        }

        while (audiences.Count < 20)
        {
            var wants = new Wants([Some(ResourceType.Cluster, wildcards: 3), Some(ResourceType.Endpoint, wildcards: 20)]);
            if (audiences.All(a => !a.Wants.Equals(wants)))
            {
                audiences.Add(new Audience(wants));
                index.Add(audiences[^1]);
            }
        }
    }

    private Want Some(ResourceType type, int wildcards) =>
        new(type, _random.Next(wildcards) == 0, NameList.Create([.. Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(12) == 0 ? "xdstp://a/t/*" : $"r-{_random.Next(12)}")]));

    private Snapshot Next(Snapshot? previous) => World.Snapshot(previous, [.. Resources(World.Cluster, previous, ResourceType.Cluster), .. Resources(World.Endpoint, previous, ResourceType.Endpoint)]);

    // One name in six comes, goes or changes; some belong to a collection.
    private IEnumerable<Resource> Resources(Func<string, int, Resource> make, Snapshot? previous, ResourceType type)
    {
        foreach (var name in Enumerable.Range(0, 12).Select(i => $"r-{i}").Append("xdstp://a/t/one"))
        {
            if (_random.Next(6) != 0)
            {
                if (previous?.Find(type, name) is { } same)
                {
                    yield return same;
                }
            }
            else if (_random.Next(3) != 0)
            {
                yield return make(name, _random.Next(1000));
            }
        }
    }

    private static bool IsTouched(Audience audience, Snapshot from, Snapshot to) => audience.Wants.ByType.Any(want =>
    {
        var interest = new Interest(want.Type);
        interest.Edit(want.IsWildcard ? NameList.Create([.. want.Names, "*"]) : NameList.Create([.. want.Names.DefaultIfEmpty("none")]), []);
        return from.ChangesTo(to, want.Type).Any(c => interest.CoversAny(c.Upserts) || interest.CoversAny(c.Removed));
    });
}
