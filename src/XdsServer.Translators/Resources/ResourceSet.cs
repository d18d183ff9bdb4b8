using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>The resources of one type in one layer, sorted by name. Immutable; unchanged content keeps its instance.</summary>
public sealed class ResourceSet
{
    /// <summary>Nothing.</summary>
    public static readonly ResourceSet Empty = new([]);

    private readonly Dictionary<string, Resource> _byName;

    private ResourceSet(ImmutableArray<Resource> sorted)
    {
        Sorted = sorted;
        _byName = new Dictionary<string, Resource>(sorted.Length, StringComparer.Ordinal);
        UInt128 hash = 0;
        foreach (var resource in sorted)
        {
            _byName.Add(resource.Name, resource);
            hash += resource.Hash;
        }

        Hash = hash;
    }

    /// <summary>Sorted ordinally by name; names are unique.</summary>
    public ImmutableArray<Resource> Sorted { get; }

    /// <summary>The sum of the resources' hashes: independent of order, so sets of several layers can be added up.</summary>
    public UInt128 Hash { get; }

    /// <summary>How many.</summary>
    public int Count => Sorted.Length;

    /// <summary>The resource of that name, or null.</summary>
    public Resource? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// A set of these. Instances of <paramref name="previous"/> are kept where content is equal; when all is equal, so is the result.
    /// </summary>
    /// <exception cref="ArgumentException">Two resources have the same name.</exception>
    public static ResourceSet Create(IEnumerable<Resource> resources, ResourceSet previous)
    {
        var sorted = resources.Select(r => Reuse(r, previous)).ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        if (sorted.AsSpan().SequenceEqual(previous.Sorted.AsSpan()))
        {
            return previous;
        }

        return sorted.Length == 0 ? Empty : new ResourceSet(ImmutableArray.Create(sorted));
    }

    private static Resource Reuse(Resource resource, ResourceSet previous) =>
        previous.Find(resource.Name) is { } old && old.Hash == resource.Hash && old.Origins.AsSpan().SequenceEqual(resource.Origins.AsSpan())
            ? old
            : resource;
}
