using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>A file's bytes to decoded documents. Pure; each problem costs its document and no other.</summary>
internal static class ManifestText
{
    /// <summary>Reads a YAML or JSON text; the file's name says which.</summary>
    public static ImmutableArray<DecodedDocument> Decode(ReadOnlySpan<byte> bytes, string source, string file, ManifestLimits limits)
    {
        var context = new DecodeContext(source, file);
        if (bytes.Length > limits.MaxFileBytes)
        {
            return [Refuse(context, new SyntaxProblem(Codes.TooLarge, new Mark(1, 1), $"The file is larger than {limits.MaxFileBytes} bytes.", "Split it into several files."))];
        }

        var text = WithoutMark(bytes);
        if (FindEncodingProblem(text) is { } problem)
        {
            return [Refuse(context, problem)];
        }

        return file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? DecodeNodes(JsonNodes.Read(text, limits), context)
            : DecodeYaml(Encoding.UTF8.GetString(text), context, limits);
    }

    /// <summary>Reads the documents of one chunk of YAML.</summary>
    public static ImmutableArray<DecodedDocument> DecodeChunk(YamlChunk chunk, DecodeContext context, ManifestLimits limits) =>
        DecodeNodes(YamlNodes.Read(chunk.Text.ToString(), chunk.FirstLine, limits), context);

    /// <summary>A document of which nothing could be read.</summary>
    public static DecodedDocument Refuse(DecodeContext context, SyntaxProblem problem)
    {
        context.Object = null;
        context.Error(problem.Code, FieldPath.Root, problem.At, problem.Message, problem.Remedy);
        return new DecodedDocument { Diagnostics = context.TakeDiagnostics(), IsBroken = true };
    }

    private static ImmutableArray<DecodedDocument> DecodeYaml(string text, DecodeContext context, ManifestLimits limits)
    {
        var documents = ImmutableArray.CreateBuilder<DecodedDocument>();
        foreach (var chunk in YamlChunks.Split(text))
        {
            documents.AddRange(DecodeChunk(chunk, context, limits));
        }

        return documents.ToImmutable();
    }

    private static ImmutableArray<DecodedDocument> DecodeNodes(NodeDocuments nodes, DecodeContext context)
    {
        var documents = nodes.Roots.Select(root => ManifestDecoder.Decode(root, context));
        return nodes.Problem is { } problem ? [.. documents, Refuse(context, problem)] : [.. documents];
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;

    private static SyntaxProblem? FindEncodingProblem(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return null;
        }

        var bad = FirstInvalid(text);
        var before = text[..bad];
        var at = new Mark(before.Count((byte)'\n') + 1, bad - before.LastIndexOf((byte)'\n'));
        return new SyntaxProblem(Codes.NotUtf8, at, $"The byte 0x{text[bad]:x2} here is not UTF-8.", "Save the file as UTF-8.");
    }

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
