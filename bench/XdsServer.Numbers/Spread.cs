namespace XdsServer.Numbers;

/// <summary>Many measurements of one thing.</summary>
internal sealed class Spread(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    /// <summary>The value that this share of all is not above.</summary>
    public double At(double share) => _sorted[Math.Min(_sorted.Length - 1, (int)Math.Ceiling(share * _sorted.Length) - 1)];

    public override string ToString() => $"median {At(0.5):0.0}, p99 {At(0.99):0.0}, highest {_sorted[^1]:0.0} of {_sorted.Length}";
}
