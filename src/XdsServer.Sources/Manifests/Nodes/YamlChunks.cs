using System.Runtime.InteropServices;

namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>A part of a text that begins at a document marker.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct YamlChunk(ReadOnlyMemory<char> Text, int FirstLine);

/// <summary>
/// Cuts a YAML text at its document markers without parsing it: three hyphens at the start of a line, followed by white space,
/// are a marker wherever they stand, even inside a scalar (YAML 1.2, §9.1.2). So one broken document costs no other, and
/// a document that did not change need not be parsed again.
/// </summary>
internal static class YamlChunks
{
    /// <summary>The chunks that hold more than blank lines, comments and directives.</summary>
    public static List<YamlChunk> Split(string text)
    {
        var chunks = new List<YamlChunk>();
        var start = 0;
        var startLine = 1;
        var hasContent = false;
        for (int at = 0, line = 1, next; at < text.Length; at = next, line++)
        {
            var end = text.IndexOf('\n', at);
            next = end < 0 ? text.Length : end + 1;
            var current = text.AsSpan(at, next - at);
            if (IsMarker(current, "---"))
            {
                Close(at, line);
            }

            if (!hasContent && current[0] == '%')
            {
                // Directives carry nothing that we read, and a cut would tear them from their document.
                (start, startLine) = (next, line + 1);
            }

            hasContent |= HasContent(current);
            if (IsMarker(current, "..."))
            {
                Close(next, line + 1);
            }
        }

        Close(text.Length, 0);
        return chunks;

        void Close(int end, int nextLine)
        {
            if (hasContent)
            {
                chunks.Add(new YamlChunk(text.AsMemory(start, end - start), startLine));
            }

            (start, startLine, hasContent) = (end, nextLine, false);
        }
    }

    private static bool IsMarker(ReadOnlySpan<char> line, string marker) =>
        line.StartsWith(marker, StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t' or '\r' or '\n');

    private static bool HasContent(ReadOnlySpan<char> line)
    {
        var rest = (IsMarker(line, "---") ? line[3..] : line).Trim();
        return rest.Length > 0 && rest[0] is not ('#' or '%') && !IsMarker(line, "...");
    }
}
