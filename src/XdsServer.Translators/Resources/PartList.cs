using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>Parts in order, with what is known of all of them together. Replacing some shares the others. Immutable.</summary>
public sealed class PartList
{
    private static readonly Comparer<ResourceName> InPushOrder = Comparer<ResourceName>.Create(
        (a, b) => a.Type.Index != b.Type.Index ? a.Type.Index.CompareTo(b.Type.Index) : string.CompareOrdinal(a.Name, b.Name));

    private PartList(PagedArray<ResourcePart> parts, ContentHash hash, int size, ImmutableArray<ResourceName> references) =>
        (Parts, Hash, Size, References) = (parts, hash, size, references);

    /// <summary>The parts.</summary>
    internal PagedArray<ResourcePart> Parts { get; }

    /// <summary>The sum of the parts' hashes.</summary>
    public ContentHash Hash { get; }

    /// <summary>How many bytes all parts take.</summary>
    public int Size { get; }

    /// <summary>What the parts name, each name once, sorted by type in push order, then ordinally by name.</summary>
    public ImmutableArray<ResourceName> References { get; }

    /// <summary>These parts.</summary>
    public static PartList Create(IReadOnlyCollection<ResourcePart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var hash = default(ContentHash);
        var size = 0;
        foreach (var part in parts)
        {
            hash += part.Hash;
            size += part.Bytes.Length;
        }

        return new PartList(PagedArray<ResourcePart>.Create(parts), hash, size, InOrder(parts.SelectMany(p => p.References).Distinct()));
    }

    /// <summary>The same with some parts replaced, by their places, each place once.</summary>
    public PartList With(IReadOnlyCollection<(int Place, ResourcePart Part)> replaced)
    {
        ArgumentNullException.ThrowIfNull(replaced);
        var (hash, size) = (Hash, Size);
        foreach (var (place, part) in replaced)
        {
            hash += part.Hash - Parts[place].Hash;
            size += part.Bytes.Length - Parts[place].Bytes.Length;
        }

        var all = Parts.With(replaced);
        return new PartList(all, hash, size, ReferencesWith(replaced, all));
    }

    /// <summary>Sorted names with a few more, all in order, each once.</summary>
    internal static ImmutableArray<ResourceName> Insert(ImmutableArray<ResourceName> sorted, ImmutableArray<ResourceName> names)
    {
        foreach (var name in names)
        {
            var at = sorted.BinarySearch(name, InPushOrder);
            sorted = at < 0 ? sorted.Insert(~at, name) : sorted;
        }

        return sorted;
    }

    // Most replacements name what was named before; only then is there something to look for in all parts.
    private ImmutableArray<ResourceName> ReferencesWith(IReadOnlyCollection<(int Place, ResourcePart Part)> replaced, PagedArray<ResourcePart> all)
    {
        if (replaced.All(r => Parts[r.Place].References.AsSpan().SequenceEqual(r.Part.References.AsSpan())))
        {
            return References;
        }

        var old = replaced.SelectMany(r => Parts[r.Place].References).ToHashSet();
        var now = replaced.SelectMany(r => r.Part.References).ToHashSet();
        if (old.SetEquals(now))
        {
            return References;
        }

        var gone = old.Except(now).ToHashSet();
        gone.ExceptWith(gone.Count == 0 ? [] : all.Where(p => p.References.Any(gone.Contains)).SelectMany(p => p.References).ToList());
        return Insert(gone.Count == 0 ? References : References.RemoveAll(gone.Contains), [.. now]);
    }

    private static ImmutableArray<ResourceName> InOrder(IEnumerable<ResourceName> names) => [.. names.Order(InPushOrder)];
}
