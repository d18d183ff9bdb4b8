using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Clusters;

/// <summary>All that a service's clusters and load assignments are made from.</summary>
internal sealed record ServiceInputs(ServiceEntry Entry, ImmutableArray<Subset> Subsets, TimeSpan ConnectTimeout)
{
    /// <summary>The service.</summary>
    public MeshService Service => Entry.Service;

    /// <summary>True when nothing changed.</summary>
    public bool IsSame(ServiceInputs other) =>
        ReferenceEquals(Entry, other.Entry)
        && ConnectTimeout == other.ConnectTimeout
        && (Subsets == other.Subsets || Subsets.Select(s => s.Name).SequenceEqual(other.Subsets.Select(s => s.Name), StringComparer.Ordinal));
}
