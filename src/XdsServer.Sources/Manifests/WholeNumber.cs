using System.Globalization;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>
/// Whole numbers as every reader of YAML and JSON understands them. Forms that YAML 1.1 and 1.2 read differently (<c>08</c>,
/// <c>0x10</c>, <c>1_000</c>, <c>1e3</c>) are refused rather than guessed at. Quotes around digits do no harm.
/// </summary>
internal static class WholeNumber
{
    private const int LongestDigits = 18;

    /// <summary>The number, or null with the code and sentence of what is wrong.</summary>
    public static int? Read(ScalarNode scalar, int least, int most, out string code, out string problem)
    {
        (code, problem) = ("", "");
        if (!IsPlainDecimal(scalar.Text))
        {
            (code, problem) = (Codes.WrongType, $"'{scalar.Text}' is not a whole number in plain decimal digits.");
            return null;
        }

        var isShort = scalar.Text.Length <= LongestDigits;
        if (isShort && long.Parse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) is var number && number >= least && number <= most)
        {
            return (int)number;
        }

        (code, problem) = (Codes.OutOfRange, $"{scalar.Text} is not within {least} and {most}.");
        return null;
    }

    private static bool IsPlainDecimal(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0
            && digits.IndexOfAnyExceptInRange('0', '9') < 0
            && (digits.Length == 1 || digits[0] != '0');
    }
}
