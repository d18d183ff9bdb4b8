using System.Net;
using System.Net.Sockets;

namespace XdsServer.Sources.Manifests;

/// <summary>
/// The names and addresses that may reach a proxy. Stricter than Envoy, so that nothing that Envoy would refuse gets that far, and
/// no name can pretend to be two parts of a resource name, which a slash separates.
/// </summary>
internal static class Names
{
    private const int LongestName = 253;
    private const int LongestLabel = 63;
    private const int LongestSocketPath = 107;

    /// <summary>Checks an object's name and reports a bad one.</summary>
    public static bool Check(Placed<string> name, DecodeContext context) => Check(name, context, LongestName);

    /// <summary>Checks a namespace: a name without dots.</summary>
    public static bool CheckNamespace(Placed<string> name, DecodeContext context)
    {
        if (!name.Value.Contains('.', StringComparison.Ordinal))
        {
            return Check(name, context, LongestLabel);
        }

        context.Error(Codes.BadName, name.Path, name.At, $"The namespace '{name.Value}' has a dot in it.", "Use letters, digits and hyphens only.");
        return false;
    }

    /// <summary>Checks the name of a part of an object, such as a port.</summary>
    public static bool CheckPart(Placed<string> name, DecodeContext context) => Check(name, context, LongestLabel);

    /// <summary>A host name in lower case, without a trailing dot; null when it is none.</summary>
    public static string? Host(string text, bool allowWildcard)
    {
        var host = text.ToLowerInvariant().TrimEnd('.');
        var rest = allowWildcard && host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        var isHost = rest.Length is > 0 and <= LongestName && rest.Split('.').All(IsLabel) && !IPAddress.TryParse(rest, out _);
        return isHost ? host : null;
    }

    /// <summary>An IP address in its canonical form; null when it is none, or not that of one machine.</summary>
    public static string? Ip(string text)
    {
        if (!IPAddress.TryParse(text, out var address) || text.AsSpan().IndexOfAny("%[]") >= 0)
        {
            return null;
        }

        var canonical = address.ToString();
        var isLegacyForm = address.AddressFamily == AddressFamily.InterNetwork && canonical != text;
        var isNobody = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast);
        return isLegacyForm || isNobody ? null : canonical;
    }

    /// <summary>True for <c>unix:///path</c> with a path that fits into a socket address.</summary>
    public static bool IsUnixSocket(string text) =>
        text.StartsWith("unix:///", StringComparison.Ordinal)
        && text.Length > "unix:///".Length
        && text.Length - "unix://".Length <= LongestSocketPath
        && !text.Any(char.IsControl);

    private static bool Check(Placed<string> name, DecodeContext context, int longest)
    {
        var text = name.Value;
        if (text.Length is > 0 && text.Length <= longest && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(IsNameCharacter))
        {
            return true;
        }

        var shown = text.Length <= longest ? $"The name '{Printable(text)}'" : $"The name of {text.Length} characters";
        context.Error(
            Codes.BadName,
            name.Path,
            name.At,
            $"{shown} cannot be used.",
            $"Use at most {longest} letters, digits, hyphens, dots and underscores, with a letter or digit at both ends.");
        return false;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-';

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_';

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
