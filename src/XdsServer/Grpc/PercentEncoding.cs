using System.Globalization;
using System.Text;

namespace XdsServer.Grpc;

/// <summary>How <c>grpc-message</c> carries text in a header: UTF-8, with everything outside of space to <c>~</c>, and <c>%</c>, as <c>%XX</c>.</summary>
internal static class PercentEncoding
{
    /// <summary>Header-safe text.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>The text again. What is no valid escape stays as it is, as the gRPC protocol asks.</summary>
    public static string Decode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var decoded = bytes[i];
            if (decoded == '%' && i + 2 < bytes.Length && byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                decoded = escaped;
                i += 2;
            }

            bytes[length++] = decoded;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
