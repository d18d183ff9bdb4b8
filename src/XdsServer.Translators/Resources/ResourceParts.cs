using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>The body of a resource that is not in one piece: what comes before the parts, the parts, what comes after them.</summary>
/// <param name="head">The fields before the parts' field.</param>
/// <param name="middle">The parts.</param>
/// <param name="tail">Further entries of the parts' field, and the fields after it.</param>
public sealed class ResourceParts(EncodedFields head, PartList middle, EncodedFields tail)
{
    /// <summary>The encoded head.</summary>
    public ImmutableArray<byte> Head { get; } = head.Bytes;

    /// <summary>The parts.</summary>
    public PartList Middle { get; } = middle;

    /// <summary>The encoded tail.</summary>
    public ImmutableArray<byte> Tail { get; } = tail.Bytes;

    /// <summary>How many bytes all of it takes.</summary>
    public int Size => Head.Length + Middle.Size + Tail.Length;

    /// <summary>What all of it names, each name once, sorted by type in push order, then ordinally by name.</summary>
    public ImmutableArray<ResourceName> References() => ReferenceCounts.Insert(Middle.References, tail.References);

    /// <summary>Writes the body.</summary>
    public void CopyTo(Span<byte> destination)
    {
        Head.CopyTo(destination);
        var at = Head.Length;
        foreach (var part in Middle.Parts)
        {
            part.Bytes.Span.CopyTo(destination[at..]);
            at += part.Bytes.Length;
        }

        Tail.CopyTo(destination[at..]);
    }
}
