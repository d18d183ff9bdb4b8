using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Translators.Layers;

/// <summary>The subsets of services that routes send to. The same instance as before as long as none comes or goes.</summary>
internal sealed class SubsetCatalog
{
    private readonly Dictionary<ServiceKey, ImmutableArray<Subset>> _subsets;

    private SubsetCatalog(Dictionary<ServiceKey, ImmutableArray<Subset>> subsets) => _subsets = subsets;

    /// <summary>The subsets that these routes name; <paramref name="previous"/> itself when they are the same.</summary>
    public static SubsetCatalog Create(ImmutableArray<MeshRoute> routes, SubsetCatalog? previous)
    {
        var subsets = routes
            .SelectMany(route => route.Rules)
            .SelectMany(rule => rule.Backends)
            .Where(backend => !backend.Subset.IsEmpty)
            .GroupBy(backend => backend.Service)
            .ToDictionary(g => g.Key, g => g.Select(b => new Subset(b.Subset)).DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal).ToImmutableArray());
        return previous is not null && previous.IsSame(subsets) ? previous : new SubsetCatalog(subsets);
    }

    /// <summary>The subsets of a service, sorted by name.</summary>
    public ImmutableArray<Subset> Of(ServiceKey service) => _subsets.GetValueOrDefault(service, []);

    private bool IsSame(Dictionary<ServiceKey, ImmutableArray<Subset>> other) =>
        _subsets.Count == other.Count && other.All(o => Of(o.Key).Select(s => s.Name).SequenceEqual(o.Value.Select(s => s.Name), StringComparer.Ordinal));
}
