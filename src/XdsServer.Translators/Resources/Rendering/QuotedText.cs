using System.Text.Encodings.Web;

namespace XdsServer.Translators.Resources.Rendering;

/// <summary>Text as a JSON string, which YAML reads alike; written without the serializer, whose reflection a trimmed program has not.</summary>
public static class QuotedText
{
    /// <summary>The text in quotes, with nothing escaped that need not be; half a surrogate pair becomes U+FFFD.</summary>
    public static string Of(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
