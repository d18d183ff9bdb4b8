using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>The documents of one chunk, and the line they were read at.</summary>
internal sealed record DecodedChunk(int FirstLine, ImmutableArray<DecodedDocument> Documents);

/// <summary>
/// The chunks of a file as it was read last. An edit touches few documents of many, so chunks are compared from both ends first, which costs a
/// look at their bytes; only what lies between is looked up by a digest.
/// </summary>
internal sealed class ChunkCache(IReadOnlyList<YamlChunk> parts, IReadOnlyList<DecodedChunk> decoded)
{
    /// <summary>No chunks.</summary>
    public static ChunkCache Empty { get; } = new([], []);

    /// <summary>For each chunk what it was decoded to before; null where it must be read.</summary>
    public DecodedChunk?[] Reuse(IReadOnlyList<YamlChunk> fresh)
    {
        var reused = new DecodedChunk?[fresh.Count];
        var most = Math.Min(parts.Count, fresh.Count);
        var front = 0;
        for (; front < most && IsSame(parts[front], fresh[front]); front++)
        {
            reused[front] = At(front, fresh[front]);
        }

        var back = 1;
        for (; back <= most - front && IsSame(parts[^back], fresh[^back]); back++)
        {
            reused[^back] = At(parts.Count - back, fresh[^back]);
        }

        LookUp(fresh, reused, front, back - 1);
        return reused;
    }

    private static bool IsSame(YamlChunk a, YamlChunk b) => a.Text.Span.SequenceEqual(b.Text.Span);

    private void LookUp(IReadOnlyList<YamlChunk> fresh, DecodedChunk?[] reused, int front, int back)
    {
        var known = new Dictionary<(ulong, ulong), int>();
        for (var i = front; i < parts.Count - back; i++)
        {
            known[Digest(parts[i])] = i;
        }

        for (var i = front; known.Count > 0 && i < fresh.Count - back; i++)
        {
            reused[i] = known.TryGetValue(Digest(fresh[i]), out var at) ? At(at, fresh[i]) : null;
        }
    }

    // Diagnostics tell lines, so a chunk that has some and has moved is read again. Objects keep the line they were first seen at.
    private DecodedChunk? At(int index, YamlChunk fresh)
    {
        var known = decoded[index];
        return known.FirstLine == fresh.FirstLine || known.Documents.All(document => document.Diagnostics.IsEmpty) ? known : null;
    }

    private static (ulong, ulong) Digest(YamlChunk chunk)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(chunk.Text.Span, hash);
        return MemoryMarshal.Read<(ulong, ulong)>(hash);
    }
}
