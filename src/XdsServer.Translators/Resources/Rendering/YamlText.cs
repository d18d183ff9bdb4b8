using System.Text;
using System.Text.Json;

namespace XdsServer.Translators.Resources.Rendering;

/// <summary>Writes JSON content as YAML in one canonical way: block style, two spaces, quotes only where YAML would read something else.</summary>
internal static class YamlText
{
    /// <summary>The same content as YAML, ending in a line break.</summary>
    public static string FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder();
        Write(text, document.RootElement, indent: 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement element, int indent)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                WriteObject(text, element, indent, isContinued: false);
                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                WriteArray(text, element, indent);
                break;
            default:
                WriteScalar(text, element, indent);
                break;
        }
    }

    // A continued object goes on in the line of its list item's dash.
    private static void WriteObject(StringBuilder text, JsonElement element, int indent, bool isContinued)
    {
        foreach (var property in element.EnumerateObject())
        {
            text.Append(' ', isContinued ? 0 : indent).Append(Plain(property.Name)).Append(':');
            isContinued = false;
            WriteNested(text, property.Value, indent);
        }
    }

    private static void WriteNested(StringBuilder text, JsonElement value, int indent)
    {
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
        {
            text.Append('\n');
            WriteObject(text, value, indent + 2, isContinued: false);
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            text.Append('\n');
            WriteArray(text, value, indent);
        }
        else
        {
            text.Append(' ');
            WriteScalar(text, value, indent + 2);
        }
    }

    private static void WriteArray(StringBuilder text, JsonElement array, int indent)
    {
        foreach (var item in array.EnumerateArray())
        {
            text.Append(' ', indent).Append('-');
            if (item.ValueKind == JsonValueKind.Object && item.EnumerateObject().Any())
            {
                text.Append(' ');
                WriteObject(text, item, indent + 2, isContinued: true);
            }
            else
            {
                WriteNested(text, item, indent + 2);
            }
        }
    }

    private static void WriteScalar(StringBuilder text, JsonElement element, int indent)
    {
        if (element.ValueKind == JsonValueKind.String && IsBlock(element.GetString()!))
        {
            WriteBlock(text, element.GetString()!, indent);
            return;
        }

        text.Append(element.ValueKind switch
        {
            JsonValueKind.String => Plain(element.GetString()!),
            JsonValueKind.Object => "{}",
            JsonValueKind.Array => "[]",
            _ => element.GetRawText(),
        }).Append('\n');
    }

    private static void WriteBlock(StringBuilder text, string value, int indent)
    {
        var endsInBreak = value[^1] == '\n';
        text.Append(endsInBreak ? "|\n" : "|-\n");
        foreach (var line in (endsInBreak ? value[..^1] : value).Split('\n'))
        {
            text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
        }
    }

    // Multi-line text such as PEM reads best as a literal block; what a block cannot hold exactly is quoted.
    private static bool IsBlock(string value) =>
        value.Contains('\n', StringComparison.Ordinal)
        && value[0] is not (' ' or '\n')
        && !value.EndsWith("\n\n", StringComparison.Ordinal)
        && !value.Contains(" \n", StringComparison.Ordinal)
        && value.All(c => c == '\n' || !char.IsControl(c));

    private static string Plain(string value) => IsPlain(value) ? value : QuotedText.Of(value);

    private static bool IsPlain(string value) =>
        value.Length > 0
        && (char.IsAsciiLetter(value[0]) || value[0] is '/' or '_' or '.' || (char.IsAsciiDigit(value[0]) && !LooksLikeNumber(value)))
        && value[^1] is not (' ' or ':')
        && value.All(c => char.IsAsciiLetterOrDigit(c) || " /_.-:+=()*$^|~%;<>".Contains(c, StringComparison.Ordinal))
        && !value.Contains(": ", StringComparison.Ordinal)
        && !IsReserved(value);

    // Anything of digits, signs, colons, dots and number letters might be a number, a date or a base-60 integer to some YAML reader.
    // An IPv4 address has too many dots for that.
    private static bool LooksLikeNumber(string value) =>
        value.Count(c => c == '.') < 2 && value.All(c => char.IsAsciiHexDigit(c) || c is '.' or '-' or '+' or ':' or '_' or 'x' or 'o');

    private static bool IsReserved(string value) =>
        value.ToLowerInvariant() is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n" or ".inf" or ".nan"
        || (value[0] == '.' && LooksLikeNumber(value))
        || value.StartsWith("---", StringComparison.Ordinal);
}
