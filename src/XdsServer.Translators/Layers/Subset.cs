using System.Collections.Immutable;

namespace XdsServer.Translators.Layers;

/// <summary>
/// A part of a service's endpoints, chosen by labels. Every subset that a route names becomes a cluster of its own, which works
/// for Envoy and for gRPC clients alike and gives each subset its own metrics.
/// </summary>
internal sealed class Subset
{
    /// <summary>All endpoints.</summary>
    public static readonly Subset All = new(ImmutableSortedDictionary<string, string>.Empty);

    private readonly ImmutableSortedDictionary<string, string> _labels;

    public Subset(ImmutableSortedDictionary<string, string> labels)
    {
        _labels = labels;
        Name = string.Join(',', labels.Select(l => $"{l.Key}={l.Value}").Order(StringComparer.Ordinal));
    }

    /// <summary><c>version=v1</c>; several labels sorted and joined by commas; empty for <see cref="All"/>.</summary>
    public string Name { get; }

    /// <summary>True when these labels hold all that the subset asks for.</summary>
    public bool Selects(ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var (key, value) in _labels)
        {
            if (!labels.TryGetValue(key, out var actual) || !string.Equals(actual, value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
