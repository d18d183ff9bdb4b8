using System.Buffers;
using System.Globalization;

namespace XdsServer.Sources.Manifests;

/// <summary>Durations as Kubernetes and Go write them: <c>250ms</c>, <c>5s</c>, <c>1m30s</c>, <c>1.5h</c>.</summary>
internal static class Durations
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Milliseconds)[] Units =
    [
        ("ms", 1), ("us", 0.001), ("µs", 0.001), ("ns", 0.000_001), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ];

    /// <summary>The duration, or null when it is none or negative.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var rest = text.AsSpan();
        var total = 0.0;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            rest = rest[digits..];
            if (FindUnit(rest) is not { } unit)
            {
                return null;
            }

            total += value * unit.Milliseconds;
            rest = rest[unit.Unit.Length..];
        }

        return text.Length == 0 || total > TimeSpan.FromDays(365).TotalMilliseconds ? null : TimeSpan.FromMilliseconds(total);
    }

    private static (string Unit, double Milliseconds)? FindUnit(ReadOnlySpan<char> text)
    {
        foreach (var unit in Units)
        {
            if (text.StartsWith(unit.Unit, StringComparison.Ordinal))
            {
                return unit;
            }
        }

        return null;
    }
}
