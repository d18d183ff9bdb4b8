using System.Buffers.Text;
using System.Globalization;

namespace XdsServer.Discovery;

/// <summary>Nonces are <c>stream-number</c>: unique in the process, so one from another stream is never taken for ours (protocol duty 17).</summary>
internal static class Nonce
{
    public static string Format(long stream, long number) => string.Create(CultureInfo.InvariantCulture, $"{stream:x}-{number:x}");

    /// <summary>The number, when the nonce is one of this stream.</summary>
    public static long? Parse(string nonce, long stream)
    {
        var dash = nonce.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(nonce.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from) && from == stream
            && long.TryParse(nonce.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number : null;
    }

    /// <summary>Writes it as UTF-8; returns its length.</summary>
    public static int Write(long stream, long number, Span<byte> destination)
    {
        Utf8Formatter.TryFormat(stream, destination, out var at, new System.Buffers.StandardFormat('x'));
        destination[at++] = (byte)'-';
        Utf8Formatter.TryFormat(number, destination[at..], out var more, new System.Buffers.StandardFormat('x'));
        return at + more;
    }
}
