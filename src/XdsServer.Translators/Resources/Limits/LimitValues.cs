using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Resources.Limits;

/// <summary>Compares one value with one rule.</summary>
internal static class LimitValues
{
    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong with the value, or null.</summary>
    public static string? Problem(object value, LimitRule rule)
    {
        foreach (var (kind, limits) in rule.Members)
        {
            var problem = (kind, value) switch
            {
                ("string", string text) => OfText(text, limits),
                ("bytes", ByteString bytes) => OfLength(bytes.Length, limits, "min_len", "max_len", "bytes"),
                ("bool", bool flag) when limits["const"] is { } only && (only.Value == "true") != flag => $"must be {only.Value}",
                ("enum", System.Enum number) => OfEnum(number, limits),
                ("duration", Duration duration) => OfNumber(duration.Seconds + (duration.Nanos / 1_000_000_000m), limits, "s"),
                ("message" or "any" or "timestamp" or "string" or "bytes" or "bool" or "enum" or "duration" or "repeated" or "map", _) => null,
                (_, IConvertible number) => OfConvertible(number, limits),
                _ => null,
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? OfText(string text, LimitRule limits)
    {
        if (text.Length == 0 && limits.Has("ignore_empty"))
        {
            return null;
        }

        return OfLength(text.EnumerateRunes().Count(), limits, "min_len", "max_len", "characters")
            ?? OfLength(Encoding.UTF8.GetByteCount(text), limits, "min_bytes", "max_bytes", "bytes")
            ?? OfAffixes(text, limits)
            ?? OfPatterns(text, limits)
            ?? OfChoice(text, limits);
    }

    private static string? OfLength(int length, LimitRule limits, string least, string most, string what)
    {
        if (length < limits.Number(least))
        {
            return length == 0 ? "must not be empty" : $"must have at least {limits[least]!.Value} {what}";
        }

        return length > limits.Number(most) ? $"must have at most {limits[most]!.Value} {what}" : null;
    }

    private static string? OfAffixes(string text, LimitRule limits)
    {
        if (limits["prefix"] is { } prefix && !text.StartsWith(prefix.Value, StringComparison.Ordinal))
        {
            return $"must start with '{prefix.Value}'";
        }

        return limits["suffix"] is { } suffix && !text.EndsWith(suffix.Value, StringComparison.Ordinal) ? $"must end with '{suffix.Value}'" : null;
    }

    private static string? OfPatterns(string text, LimitRule limits)
    {
        if (limits["pattern"] is { } pattern && !IsMatch(text, pattern.Value))
        {
            return $"must match {pattern.Value}";
        }

        // Strict unless the rule says otherwise; the loose forms only refuse what would break a header's line.
        var isStrict = limits["strict"]?.Value != "false";
        return limits["well_known_regex"]?.Value switch
        {
            "HTTP_HEADER_NAME" when !IsMatch(text, isStrict ? "^:?[0-9a-zA-Z!#$%&'*+\\-.^_|~`]+$" : "^[^\\x00\\n\\r]*$") => "must be a header name",
            "HTTP_HEADER_VALUE" when !IsMatch(text, isStrict ? "^[^\\x00-\\x08\\n-\\x1f\\x7f]*$" : "^[^\\x00\\n\\r]*$") => "must be a header value",
            _ => null,
        };
    }

    // '$' also matches in front of a final line break in .NET, unlike in RE2.
    private static bool IsMatch(string text, string pattern) =>
        Regex.IsMatch(text, pattern.EndsWith('$') ? pattern[..^1] + "\\z" : pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, RegexLimit);

    private static string? OfChoice(string text, LimitRule limits)
    {
        if (limits["in"] is not null && !limits.Values("in").Contains(text, StringComparer.Ordinal))
        {
            return $"must be one of {string.Join(", ", limits.Values("in"))}";
        }

        return limits["const"] is { } only && only.Value != text ? $"must be '{only.Value}'" : null;
    }

    private static string? OfEnum(System.Enum number, LimitRule limits)
    {
        var text = Convert.ToInt32(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        if (limits.Has("defined_only") && !System.Enum.IsDefined(number.GetType(), number))
        {
            return $"has no value {text}";
        }

        return limits.Values("not_in").Contains(text, StringComparer.Ordinal) ? $"must not be {number}" : null;
    }

    private static string? OfConvertible(IConvertible number, LimitRule limits)
    {
        if (number is double.NaN or double.PositiveInfinity or double.NegativeInfinity)
        {
            return "must be a finite number";
        }

        var value = number is double wide ? (decimal)Math.Clamp(wide, -1e27, 1e27) : number.ToDecimal(CultureInfo.InvariantCulture);
        return value == 0 && limits.Has("ignore_empty") ? null : OfNumber(value, limits, "");
    }

    private static string? OfNumber(decimal value, LimitRule limits, string unit) => limits switch
    {
        _ when value <= limits.Number("gt") => $"must be greater than {Text(limits.Number("gt"))}{unit}",
        _ when value < limits.Number("gte") => $"must be at least {Text(limits.Number("gte"))}{unit}",
        _ when value >= limits.Number("lt") => $"must be less than {Text(limits.Number("lt"))}{unit}",
        _ when value > limits.Number("lte") => $"must be at most {Text(limits.Number("lte"))}{unit}",
        _ => null,
    };

    private static string Text(decimal? number) => ((decimal)number!).ToString("0.#########", CultureInfo.InvariantCulture);
}
