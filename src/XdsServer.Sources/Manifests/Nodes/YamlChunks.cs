using System.Runtime.InteropServices;

namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>A part of a text that begins at a document marker.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct YamlChunk(ReadOnlyMemory<byte> Text, int FirstLine);

/// <summary>
/// Cuts a YAML text (UTF-8) at its document markers without parsing it: three hyphens at the start of a line, followed by white
/// space, are a marker wherever they stand, even inside a scalar (YAML 1.2, §9.1.2). So one broken document costs no other, and
/// a document that did not change need not be parsed again.
/// </summary>
internal static class YamlChunks
{
    /// <summary>The chunks that hold more than blank lines, comments and directives.</summary>
    public static List<YamlChunk> Split(ReadOnlyMemory<byte> text)
    {
        var chunks = new List<YamlChunk>();
        var span = text.Span;
        var start = 0;
        var startLine = 1;
        var hasContent = false;
        for (int at = 0, line = 1, next; at < span.Length; at = next, line++)
        {
            var end = span[at..].IndexOf((byte)'\n');
            next = end < 0 ? span.Length : at + end + 1;
            var current = span[at..next];
            if (IsMarker(current, "---"u8))
            {
                Close(at, line);
            }

            if (!hasContent && current[0] == (byte)'%')
            {
                // Directives carry nothing that we read, and a cut would tear them from their document.
                (start, startLine) = (next, line + 1);
            }

            hasContent = hasContent || HasContent(current);
            if (IsMarker(current, "..."u8))
            {
                Close(next, line + 1);
            }
        }

        Close(span.Length, 0);
        return chunks;

        void Close(int end, int nextLine)
        {
            if (hasContent)
            {
                chunks.Add(new YamlChunk(text[start..end], startLine));
            }

            (start, startLine, hasContent) = (end, nextLine, false);
        }
    }

    private static bool IsMarker(ReadOnlySpan<byte> line, ReadOnlySpan<byte> marker) =>
        line.StartsWith(marker) && (line.Length == 3 || line[3] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');

    private static bool HasContent(ReadOnlySpan<byte> line)
    {
        var rest = (IsMarker(line, "---"u8) ? line[3..] : line).Trim(" \t\r\n"u8);
        return rest.Length > 0 && rest[0] is not ((byte)'#' or (byte)'%') && !IsMarker(line, "..."u8);
    }
}
