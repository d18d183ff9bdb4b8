using System.Buffers;
using System.Text.Json;

namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>
/// Nodes as JSON, for content that somebody else defines. A plain scalar is a number, a boolean or null exactly when JSON would say
/// so; everything else is a string: <c>no</c>, <c>08</c>, <c>0x10</c> and <c>1_000</c> stay what was written.
/// </summary>
internal static class NodeJson
{
    /// <summary>The node as an element that owns its memory.</summary>
    public static JsonElement Write(ManifestNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(node, writer);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(ManifestNode node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case ScalarNode scalar:
                WriteScalar(scalar, writer);
                break;
            case ListNode list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case ObjectNode map:
                writer.WriteStartObject();
                foreach (var field in map.Fields)
                {
                    writer.WritePropertyName(field.Name);
                    Write(field.Value, writer);
                }

                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteScalar(ScalarNode scalar, Utf8JsonWriter writer)
    {
        switch (scalar)
        {
            case { IsNull: true }:
                writer.WriteNullValue();
                break;
            case { IsQuoted: false, Text: "true" or "false" }:
                writer.WriteBooleanValue(scalar.Text == "true");
                break;
            case { IsQuoted: false } when IsJsonNumber(scalar.Text):
                writer.WriteRawValue(scalar.Text);
                break;
            default:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    private static bool IsJsonNumber(string text)
    {
        var rest = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var whole = Digits(ref rest);
        if (whole == 0 || (whole > 1 && text[text.Length - rest.Length - whole] == '0'))
        {
            return false;
        }

        if (rest.StartsWith(".", StringComparison.Ordinal))
        {
            rest = rest[1..];
            if (Digits(ref rest) == 0)
            {
                return false;
            }
        }

        if (rest.Length > 0 && rest[0] is ('e' or 'E'))
        {
            rest = rest[(rest.Length > 1 && rest[1] is ('+' or '-') ? 2 : 1)..];
            if (Digits(ref rest) == 0)
            {
                return false;
            }
        }

        return rest.IsEmpty;
    }

    private static int Digits(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var count = end < 0 ? rest.Length : end;
        rest = rest[count..];
        return count;
    }
}
