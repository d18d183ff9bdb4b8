using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>
/// What parts name, and how many times. Namespaces see ten thousand services under other names, but all of them name the same clusters: they
/// share one of these, and the first that takes a step takes it for all. Immutable.
/// </summary>
internal sealed class ReferenceCounts
{
    private static readonly Comparer<ResourceName> InPushOrder = Comparer<ResourceName>.Create(
        (a, b) => a.Type.Index != b.Type.Index ? a.Type.Index.CompareTo(b.Type.Index) : string.CompareOrdinal(a.Name, b.Name));

    private readonly int[] _counts;
    private Taken? _last;

    private ReferenceCounts(ImmutableArray<ResourceName> names, int[] counts) => (Names, _counts) = (names, counts);

    /// <summary>Each name once, sorted by type in push order, then ordinally by name.</summary>
    public ImmutableArray<ResourceName> Names { get; }

    /// <summary>What these parts name; <paramref name="other"/> itself when it says the same.</summary>
    public static ReferenceCounts Of(IEnumerable<ResourcePart> parts, ReferenceCounts? other)
    {
        var counts = parts.SelectMany(p => p.References).CountBy(name => name).OrderBy(pair => pair.Key, InPushOrder).ToList();
        var made = new ReferenceCounts([.. counts.Select(pair => pair.Key)], [.. counts.Select(pair => pair.Value)]);
        return other is not null && other.Names.AsSpan().SequenceEqual(made.Names.AsSpan()) && other._counts.AsSpan().SequenceEqual(made._counts) ? other : made;
    }

    /// <summary>Sorted names with a few more, all in order, each once.</summary>
    public static ImmutableArray<ResourceName> Insert(ImmutableArray<ResourceName> sorted, ImmutableArray<ResourceName> names)
    {
        foreach (var name in names)
        {
            var at = sorted.BinarySearch(name, InPushOrder);
            sorted = at < 0 ? sorted.Insert(~at, name) : sorted;
        }

        return sorted;
    }

    /// <summary>When some parts name others than before: what they named, and what they name now.</summary>
    public ReferenceCounts With(ImmutableArray<ResourceName> before, ImmutableArray<ResourceName> now)
    {
        if (_last is { } last && last.Before.AsSpan().SequenceEqual(before.AsSpan()) && last.Now.AsSpan().SequenceEqual(now.AsSpan()) && last.Result.TryGetTarget(out var taken))
        {
            return taken;
        }

        var result = Step(before, now);
        _last = new Taken(before, now, new WeakReference<ReferenceCounts>(result));
        return result;
    }

    private ReferenceCounts Step(ImmutableArray<ResourceName> before, ImmutableArray<ResourceName> now)
    {
        var further = new SortedDictionary<ResourceName, int>(InPushOrder);
        Count(further, now, 1);
        Count(further, before, -1);
        var names = ImmutableArray.CreateBuilder<ResourceName>(Names.Length + further.Count);
        var counts = new List<int>(Names.Length + further.Count);
        var at = 0;
        foreach (var (name, difference) in further)
        {
            var place = Names.BinarySearch(at, Names.Length - at, name, InPushOrder);
            var next = place >= 0 ? place : ~place;
            Copy(at, next);
            at = place >= 0 ? next + 1 : next;
            var count = difference + (place >= 0 ? _counts[place] : 0);
            if (count > 0)
            {
                names.Add(name);
                counts.Add(count);
            }
        }

        Copy(at, Names.Length);
        return new ReferenceCounts(names.DrainToImmutable(), [.. counts]);

        void Copy(int from, int to)
        {
            names.AddRange(Names.AsSpan()[from..to]);
            counts.AddRange(_counts.AsSpan(from..to));
        }
    }

    private static void Count(SortedDictionary<ResourceName, int> counts, ImmutableArray<ResourceName> names, int each)
    {
        foreach (var name in names)
        {
            counts[name] = counts.GetValueOrDefault(name) + each;
        }
    }

    // Weak: a client that lags behind holds an old one, and would hold all that came after it.
    private sealed record Taken(ImmutableArray<ResourceName> Before, ImmutableArray<ResourceName> Now, WeakReference<ReferenceCounts> Result);
}
