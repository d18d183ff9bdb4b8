using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>Parts in order, with what is known of all of them together. Replacing some shares the others. Immutable.</summary>
public sealed class PartList
{
    private readonly ReferenceCounts _references;

    private PartList(PagedArray<ResourcePart> parts, ContentHash hash, int size, ReferenceCounts references) =>
        (Parts, Hash, Size, _references) = (parts, hash, size, references);

    /// <summary>The parts.</summary>
    internal PagedArray<ResourcePart> Parts { get; }

    /// <summary>The sum of the parts' hashes.</summary>
    public ContentHash Hash { get; }

    /// <summary>How many bytes all parts take.</summary>
    public int Size { get; }

    /// <summary>What the parts name, each name once, sorted by type in push order, then ordinally by name.</summary>
    public ImmutableArray<ResourceName> References => _references.Names;

    /// <summary>These parts. <paramref name="other"/> saves memory, and time later on, when its parts name the same, and changes nothing.</summary>
    public static PartList Create(IReadOnlyCollection<ResourcePart> parts, PartList? other)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var hash = default(ContentHash);
        var size = 0;
        foreach (var part in parts)
        {
            hash += part.Hash;
            size += part.Bytes.Length;
        }

        return new PartList(PagedArray<ResourcePart>.Create(parts), hash, size, ReferenceCounts.Of(parts, other?._references));
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

        return new PartList(Parts.With(replaced), hash, size, ReferencesWith(replaced));
    }

    private ReferenceCounts ReferencesWith(IReadOnlyCollection<(int Place, ResourcePart Part)> replaced)
    {
        var others = replaced.Select(r => (Before: Parts[r.Place].References, Now: r.Part.References)).Where(r => !r.Before.AsSpan().SequenceEqual(r.Now.AsSpan())).ToList();
        return others.Count == 0 ? _references : _references.With([.. others.SelectMany(r => r.Before)], [.. others.SelectMany(r => r.Now)]);
    }
}
