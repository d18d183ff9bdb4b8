using System.Collections.Immutable;
using System.Numerics;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>
/// Weights of a split: quantities in v1alpha1, whole numbers since. They are read by their shape, because an API server that serves
/// several versions without converting only changes the label.
/// </summary>
internal static class SplitWeights
{
    private const long Largest = 1L << 31;

    /// <summary>A weight in billionths; null after a diagnostic.</summary>
    public static long? Read(FieldReader backend, string version)
    {
        var at = backend.Path.Field("weight");
        switch (backend.Raw("weight"))
        {
            case null:
                backend.Missing("weight", "Write the backend's share as a number, for example 'weight: 90'.");
                return null;
            case ScalarNode { IsNull: false } scalar:
                return Read(scalar, at, version, backend.Context);
            case var other:
                backend.Context.Error(Codes.SplitWeight, at, other.At, $"Here stands {other.Description}, but a weight is needed.", "Write a whole number that is not negative.");
                return null;
        }
    }

    /// <summary>
    /// The weights as whole numbers in exactly the same proportion. Numbers that are whole stay what they are, so that a proxy shows
    /// what the author wrote; fractions are brought to the smallest common scale.
    /// </summary>
    public static ImmutableArray<uint> ToWhole(IReadOnlyList<long> nanos)
    {
        var divisor = nanos.All(n => n % Quantity.NanosPerUnit == 0) ? Quantity.NanosPerUnit : nanos.Aggregate(0L, GreatestCommonDivisor);
        var scaled = nanos.Select(n => n / Math.Max(1, divisor)).ToList();
        var shrink = scaled.Max() / uint.MaxValue + 1;
        return [.. scaled.Select(n => n == 0 ? 0 : (uint)Math.Max(1, n / shrink))];
    }

    private static long GreatestCommonDivisor(long a, long b) => (long)BigInteger.GreatestCommonDivisor(a, b);

    private static long? Read(ScalarNode scalar, FieldPath at, string version, DecodeContext context)
    {
        var isQuantity = version == "v1alpha1" || scalar.IsQuoted || HasSuffix(scalar.Text);
        var nanos = Quantity.Nanos(scalar.Text);
        var problem = nanos switch
        {
            null => "is not a number",
            { Sign: < 0 } => "is negative",
            var n when n > (BigInteger)Largest * Quantity.NanosPerUnit => $"is over {Largest}",
            var n when !isQuantity && !(n.Value % Quantity.NanosPerUnit).IsZero => "is not a whole number",
            _ => null,
        };
        if (problem is not null)
        {
            context.Error(Codes.SplitWeight, at, scalar.At, $"The weight '{scalar.Text}' {problem}.", $"Write a whole number from 0 to {Largest}; the proportion decides, so multiply all weights to get rid of fractions.");
            return null;
        }

        if (isQuantity && version != "v1alpha1")
        {
            context.Warn(Codes.WeightAsText, at, scalar.At, $"The weight '{scalar.Text}' is a quantity, as in v1alpha1; {version} has whole numbers. It is read as a quantity.", "Write a whole number without quotes.");
        }

        return (long)nanos!.Value;
    }

    // 1e2 is a number of JSON, 1k is none.
    private static bool HasSuffix(string text) => text.Length > 0 && !char.IsAsciiDigit(text[^1]) && text[^1] != '.';
}
