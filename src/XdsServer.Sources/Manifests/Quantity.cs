using System.Globalization;
using System.Numerics;

namespace XdsServer.Sources.Manifests;

/// <summary>Kubernetes' quantities, exactly: <c>500m</c>, <c>1.5</c>, <c>2k</c>, <c>1Ki</c>, <c>12e-1</c>. Never through floating point.</summary>
internal static class Quantity
{
    /// <summary>How many of the smallest unit make one.</summary>
    public const long NanosPerUnit = 1_000_000_000;

    private const int LongestText = 64;
    private const int LargestExponent = 30;
    private const int NanoExponent = 9;

    private static readonly (string Suffix, int Power)[] Decimal =
    [
        ("n", -9), ("u", -6), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
    ];

    private static readonly string[] Binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>The quantity in billionths; null when it is none, or finer than that.</summary>
    public static BigInteger? Nanos(string text)
    {
        var number = text.Length <= LongestText ? Number(text) : "";
        if (Digits(number) is not { } digits || Scale(text.AsSpan(number.Length)) is not { } scale)
        {
            return null;
        }

        var power = scale.Power - digits.Fraction + NanoExponent;
        var value = digits.Value * scale.Factor;
        if (power >= 0)
        {
            return value * BigInteger.Pow(10, power);
        }

        var (whole, rest) = BigInteger.DivRem(value, BigInteger.Pow(10, -power));
        return rest.IsZero ? whole : null;
    }

    private static string Number(string text)
    {
        var length = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
        {
            length++;
        }

        return text[..length];
    }

    private static (BigInteger Value, int Fraction)? Digits(string number)
    {
        var parts = number.TrimStart('+', '-').Split('.');
        if (parts.Length > 2 || !parts.Any(p => p.Length > 0))
        {
            return null;
        }

        var value = BigInteger.Parse("0" + string.Concat(parts), NumberStyles.None, CultureInfo.InvariantCulture);
        return (number.StartsWith('-') ? -value : value, parts.Length == 2 ? parts[1].Length : 0);
    }

    private static (BigInteger Factor, int Power)? Scale(ReadOnlySpan<char> suffix)
    {
        if (suffix.IsEmpty)
        {
            return (BigInteger.One, 0);
        }

        var text = suffix.ToString();
        if (Array.IndexOf(Binary, text) is var binary and >= 0)
        {
            return (BigInteger.Pow(1024, binary + 1), 0);
        }

        if (Array.Find(Decimal, d => d.Suffix == text) is { Suffix: not null } found)
        {
            return (BigInteger.One, found.Power);
        }

        return suffix[0] is 'e' or 'E' && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) && Math.Abs(exponent) <= LargestExponent
            ? (BigInteger.One, exponent)
            : null;
    }
}
