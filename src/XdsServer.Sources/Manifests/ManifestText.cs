using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>A file's bytes to decoded documents. Pure; each problem costs its document and no other.</summary>
internal static class ManifestText
{
    private const int ManyChunks = 64;

    /// <summary>Reads a YAML or JSON text; the file's name says which.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="file">The file's path.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="known">Chunks of the file as it was before; those that are still the same are not read again.</param>
    /// <param name="chunks">The chunks of the file as it is now.</param>
    public static ImmutableArray<DecodedDocument> Decode(
        ReadOnlyMemory<byte> bytes, string source, string file, ManifestLimits limits, ChunkCache? known, out ChunkCache chunks)
    {
        chunks = ChunkCache.Empty;
        var text = WithoutMark(bytes);
        if (FindProblem(text.Span, limits) is { } problem)
        {
            return [Refuse(new DecodeContext(source, file), problem)];
        }

        if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return text.Span.Trim(" \t\r\n"u8).IsEmpty ? [] : DecodeNodes(JsonNodes.Read(text.Span, limits), new DecodeContext(source, file));
        }

        var parts = YamlChunks.Split(text);
        return parts.Count > limits.MaxDocuments
            ? [Refuse(new DecodeContext(source, file), new SyntaxProblem(Codes.LimitExceeded, new Mark(1, 1), $"The file holds more than {limits.MaxDocuments} documents.", "Split it into several files."))]
            : DecodeChunks(parts, source, file, limits, known, out chunks);
    }

    /// <summary>A document of which nothing could be read.</summary>
    public static DecodedDocument Refuse(DecodeContext context, SyntaxProblem problem)
    {
        context.Object = null;
        context.Error(problem.Code, FieldPath.Root, problem.At, problem.Message, problem.Remedy);
        return new DecodedDocument { Diagnostics = context.TakeDiagnostics(), HidesObjects = true };
    }

    private static ImmutableArray<DecodedDocument> DecodeChunks(
        List<YamlChunk> parts, string source, string file, ManifestLimits limits, ChunkCache? known, out ChunkCache chunks)
    {
        var decoded = known is null ? new DecodedChunk?[parts.Count] : known.Reuse(parts);
        var todo = Enumerable.Range(0, parts.Count).Where(i => decoded[i] is null).ToList();
        if (todo.Count > ManyChunks)
        {
            Parallel.ForEach(todo, Read);
        }
        else
        {
            todo.ForEach(Read);
        }

        chunks = new ChunkCache(parts, decoded!);
        return [.. decoded.SelectMany(chunk => chunk!.Documents)];

        void Read(int i)
        {
            var nodes = YamlNodes.Read(Encoding.UTF8.GetString(parts[i].Text.Span), parts[i].FirstLine, limits);
            decoded[i] = new DecodedChunk(parts[i].FirstLine, DecodeNodes(nodes, new DecodeContext(source, file)));
        }
    }

    private static ImmutableArray<DecodedDocument> DecodeNodes(NodeDocuments nodes, DecodeContext context)
    {
        var documents = nodes.Roots.Where(root => !root.IsNull).Select(root => ManifestDecoder.Decode(root, context));
        return nodes.Problem is { } problem ? [.. documents, Refuse(context, problem)] : [.. documents];
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) =>
        bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;

    private static SyntaxProblem? FindProblem(ReadOnlySpan<byte> text, ManifestLimits limits)
    {
        if (text.Length > limits.MaxFileBytes)
        {
            return TooLarge(limits);
        }

        if (Utf8.IsValid(text))
        {
            return null;
        }

        var bad = FirstInvalid(text);
        var before = text[..bad];
        var at = new Mark(before.Count((byte)'\n') + 1, bad - before.LastIndexOf((byte)'\n'));
        return new SyntaxProblem(Codes.NotUtf8, at, $"The byte 0x{text[bad]:x2} here is not UTF-8.", "Save the file as UTF-8.");
    }

    /// <summary>What to say of a file that is too large.</summary>
    public static SyntaxProblem TooLarge(ManifestLimits limits) =>
        new(Codes.TooLarge, new Mark(1, 1), $"The file is larger than {limits.MaxFileBytes} bytes.", "Split it into several files.");

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
