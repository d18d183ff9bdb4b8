using System.Globalization;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Bootstrap;

/// <summary>Values inside YAML text.</summary>
internal static class YamlScalar
{
    private static readonly string[] Words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

    /// <summary>The text as one scalar that YAML reads back as the same text; quoted only where it must be.</summary>
    public static string Of(string text) => IsPlain(text) ? text : QuotedText.Of(text);

    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] == '/')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '~')
        && !Words.Contains(text, StringComparer.OrdinalIgnoreCase)
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
