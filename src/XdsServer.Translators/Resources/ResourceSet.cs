using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace XdsServer.Translators.Resources;

/// <summary>The resources of one type in one layer, sorted by name. Immutable; unchanged content keeps its instance.</summary>
public sealed class ResourceSet
{
    /// <summary>Nothing.</summary>
    public static readonly ResourceSet Empty = new([], default, NameIndex.Of([]));

    private NameIndex? _index;
    private byte[]? _deltaEntries;
    private byte[]? _sotwEntries;
    private Resource[]? _timed;
    private Step<ResourceSet, ResourceChange>? _lastStep;

    private ResourceSet(ImmutableArray<Resource> sorted, ContentHash hash, NameIndex? index)
    {
        Sorted = sorted;
        Hash = hash;
        _index = index;
    }

    /// <summary>Sorted ordinally by name; names are unique.</summary>
    public ImmutableArray<Resource> Sorted { get; }

    /// <summary>The sum of the resources' hashes: independent of order, so sets of several layers can be added up.</summary>
    public ContentHash Hash { get; }

    /// <summary>How many.</summary>
    public int Count => Sorted.Length;

    /// <summary>All of them as <c>resources</c> entries of a <c>DeltaDiscoveryResponse</c>; encoded once for all streams.</summary>
    public ReadOnlyMemory<byte> DeltaEntries => _deltaEntries ??= Concatenate(static r => r.DeltaEntry);

    /// <summary>All of them as <c>resources</c> entries of a <c>DiscoveryResponse</c>; encoded once for all streams.</summary>
    public ReadOnlyMemory<byte> SotwEntries => _sotwEntries ??= Concatenate(static r => r.SotwEntry);

    /// <summary>Those with a time to live.</summary>
    public IReadOnlyList<Resource> Timed => _timed ??= Array.FindAll(Sorted.ToArray(), static r => r.Ttl is not null);

    /// <summary>The resource of that name or alias, or null.</summary>
    public Resource? Find(string name)
    {
        var at = (_index ??= NameIndex.Of(Sorted.AsSpan())).Find(name);
        return at < 0 ? null : Sorted[at];
    }

    /// <summary>True when another set is known to hold the same names: both share an index, or are empty, or the same.</summary>
    internal bool HasSameNames(ResourceSet other) => ReferenceEquals(this, other) || (_index is not null && ReferenceEquals(_index, other._index));

    /// <summary>What changes on the way to <paramref name="target"/>. Streams that take the same step share one answer.</summary>
    public ResourceChange ChangeTo(ResourceSet target)
    {
        if (ReferenceEquals(this, target))
        {
            return ResourceChange.None;
        }

        var step = Volatile.Read(ref _lastStep);
        if (step?.LeadsTo(target) != true)
        {
            step = new Step<ResourceSet, ResourceChange>(target, ResourceChange.Between(this, target));
            Volatile.Write(ref _lastStep, step);
        }

        return step.Way;
    }

    /// <summary>
    /// A set of these. Instances of <paramref name="previous"/> are kept where content is equal; when all is equal, so is the result.
    /// </summary>
    /// <exception cref="ArgumentException">Two resources have the same name.</exception>
    public static ResourceSet Create(IEnumerable<Resource> resources, ResourceSet previous)
    {
        var sorted = resources.Select(r => Reuse(r, previous)).ToArray();
        if (!IsSorted(sorted))
        {
            Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        }

        if (AreSame(sorted, previous.Sorted))
        {
            return previous;
        }

        RefuseDuplicates(sorted);
        var hash = default(ContentHash);
        foreach (var resource in sorted)
        {
            hash += resource.Hash;
        }

        return sorted.Length == 0 ? Empty : new ResourceSet(ImmutableArray.Create(sorted), hash, KeepIndex(sorted, previous));
    }

    /// <summary>
    /// This set with some resources added or replaced and some names taken away: the cost is one copy of an array of references, whatever
    /// the number of resources. This set itself when nothing changes.
    /// </summary>
    public ResourceSet With(IReadOnlyCollection<Resource> put, IReadOnlyCollection<string> remove)
    {
        var byName = new SortedDictionary<string, Resource?>(StringComparer.Ordinal);
        foreach (var name in remove)
        {
            byName[name] = null;
        }

        foreach (var resource in put)
        {
            byName[resource.Name] = resource;
        }

        return InPlace(byName) ?? Merged(byName);
    }

    // When every name is there already, one copy of the array is all that it takes; null when some name comes or goes.
    private ResourceSet? InPlace(SortedDictionary<string, Resource?> byName)
    {
        Resource[]? sorted = null;
        var hash = Hash;
        var isSameNames = true;
        foreach (var (name, resource) in byName)
        {
            var at = IndexFrom(0, name);
            if (at < 0 || resource is null)
            {
                return null;
            }

            var (old, now) = (Sorted[at], Same(resource, Sorted[at]));
            if (!ReferenceEquals(old, now))
            {
                sorted ??= [.. Sorted];
                sorted[at] = now;
                hash += now.Hash - old.Hash;
                isSameNames &= now.Aliases.IsEmpty && old.Aliases.IsEmpty;
            }
        }

        return sorted is null ? this : new ResourceSet(ImmutableCollectionsMarshal.AsImmutableArray(sorted), hash, isSameNames && _index is { HasAliases: false } ? _index : null);
    }

    private ResourceSet Merged(SortedDictionary<string, Resource?> byName)
    {
        var sorted = new List<Resource>(Count + byName.Count);
        var hash = Hash;
        var next = 0;
        foreach (var (name, resource) in byName)
        {
            var at = IndexFrom(next, name);
            var found = at >= 0;
            var end = found ? at : ~at;
            sorted.AddRange(Sorted.AsSpan()[next..end]);
            next = found ? end + 1 : end;
            var kept = found && resource is not null ? Same(resource, Sorted[at]) : resource;
            hash += (kept?.Hash ?? default) - (found ? Sorted[at].Hash : default);
            if (kept is not null)
            {
                sorted.Add(kept);
            }
        }

        sorted.AddRange(Sorted.AsSpan()[next..]);
        var result = sorted.ToArray();
        return AreSame(result, Sorted) ? this
            : result.Length == 0 ? Empty
            : new ResourceSet(ImmutableCollectionsMarshal.AsImmutableArray(result), hash, KeepIndex(result, this));
    }

    private static Resource Reuse(Resource resource, ResourceSet previous) =>
        previous.Find(resource.Name) is { } old && old.Name == resource.Name ? Same(resource, old) : resource;

    private static Resource Same(Resource resource, Resource old) =>
        ReferenceEquals(resource, old) || (old.Hash == resource.Hash && (old.Origins == resource.Origins || old.Origins.AsSpan().SequenceEqual(resource.Origins.AsSpan()))) ? old : resource;

    // When only contents changed, every name keeps its place, and the index need not be built again.
    private static NameIndex? KeepIndex(Resource[] sorted, ResourceSet previous)
    {
        if (sorted.Length != previous.Count || previous._index is not { HasAliases: false } index)
        {
            return null;
        }

        for (var i = 0; i < sorted.Length; i++)
        {
            if (!ReferenceEquals(sorted[i], previous.Sorted[i]) && (sorted[i].Name != previous.Sorted[i].Name || sorted[i].Aliases.Length > 0))
            {
                return null;
            }
        }

        return index;
    }

    // Instances are compared, not contents; SequenceEqual would ask each for its Equals.
    private static bool AreSame(Resource[] a, ImmutableArray<Resource> b)
    {
        var same = a.Length == b.Length;
        for (var i = 0; same && i < a.Length; i++)
        {
            same = ReferenceEquals(a[i], b[i]);
        }

        return same;
    }

    private static bool IsSorted(Resource[] resources)
    {
        for (var i = 1; i < resources.Length; i++)
        {
            if (string.CompareOrdinal(resources[i - 1].Name, resources[i].Name) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void RefuseDuplicates(Resource[] sorted)
    {
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i - 1].Name == sorted[i].Name)
            {
                throw new ArgumentException($"Two resources have the name {sorted[i].Type} '{sorted[i].Name}'.", nameof(sorted));
            }
        }
    }

    private int IndexFrom(int start, string name)
    {
        var (low, high) = (start, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = string.CompareOrdinal(Sorted[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    private byte[] Concatenate(Func<Resource, ReadOnlyMemory<byte>> entry)
    {
        var size = 0;
        foreach (var resource in Sorted)
        {
            size += entry(resource).Length;
        }

        var bytes = GC.AllocateUninitializedArray<byte>(size);
        var at = 0;
        foreach (var resource in Sorted)
        {
            var part = entry(resource).Span;
            part.CopyTo(bytes.AsSpan(at));
            at += part.Length;
        }

        return bytes;
    }
}
