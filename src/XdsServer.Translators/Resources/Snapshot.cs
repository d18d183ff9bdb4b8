using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>
/// All that one proxy group sees: a few layers, immutable and from one model, so all types are coherent (protocol duty 73).
/// </summary>
public sealed class Snapshot
{
    /// <summary>A snapshot without resources.</summary>
    public static readonly Snapshot Empty = new([]);

    private readonly Step<Snapshot, ImmutableArray<ResourceChange>>?[] _lastSteps = new Step<Snapshot, ImmutableArray<ResourceChange>>?[ResourceType.All.Count];

    private Snapshot(ImmutableArray<ResourceLayer> layers) => Layers = layers;

    /// <summary>Layers share no resource name.</summary>
    public ImmutableArray<ResourceLayer> Layers { get; }

    /// <summary>Layers of one snapshot; <paramref name="previous"/> itself when every layer is the same.</summary>
    /// <exception cref="ArgumentException">Two layers hold one name of one type, or have one scope.</exception>
    public static Snapshot Create(ImmutableArray<ResourceLayer> layers, Snapshot? previous)
    {
        if (previous is not null && previous.Layers.AsSpan().SequenceEqual(layers.AsSpan()))
        {
            return previous;
        }

        RefuseSharedScopes(layers);
        RefuseSharedNames(layers, previous);
        return new Snapshot(layers);
    }

    /// <summary>The resource of that name, or null.</summary>
    public Resource? Find(ResourceType type, string name)
    {
        foreach (var layer in Layers)
        {
            if (layer[type].Find(name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The hash over all resources of a type, independent of layers and order.</summary>
    public ContentHash Hash(ResourceType type)
    {
        var sum = default(ContentHash);
        foreach (var layer in Layers)
        {
            sum += layer[type].Hash;
        }

        return sum;
    }

    /// <summary>
    /// References that lead nowhere: each names a resource of this snapshot and what it refers to without being there. Envoy would wait for
    /// such a resource, or answer 503.
    /// </summary>
    public IEnumerable<(Resource From, ResourceName Missing)> DanglingReferences() =>
        from layer in Layers
        from type in ResourceType.All
        from resource in layer[type].Sorted
        from reference in resource.References
        where Find(reference.Type, reference.Name) is null
        select (resource, reference);

    /// <summary>
    /// What changes in a type on the way to <paramref name="target"/>, layer by layer. A resource that moved between layers is in two
    /// changes: look the name up in <paramref name="target"/> before believing that it is gone. Streams that take the same step share one answer.
    /// </summary>
    public ImmutableArray<ResourceChange> ChangesTo(Snapshot target, ResourceType type)
    {
        if (ReferenceEquals(this, target))
        {
            return [];
        }

        ref var last = ref _lastSteps[type.Index];
        var step = Volatile.Read(ref last);
        if (step?.LeadsTo(target) != true)
        {
            step = new Step<Snapshot, ImmutableArray<ResourceChange>>(target, Compare(target, type));
            Volatile.Write(ref last, step);
        }

        return step.Way;
    }

    private ImmutableArray<ResourceChange> Compare(Snapshot target, ResourceType type)
    {
        var changes = ImmutableArray.CreateBuilder<ResourceChange>();
        foreach (var layer in target.Layers)
        {
            Add(changes, (LayerOf(layer.Scope)?[type] ?? ResourceSet.Empty).ChangeTo(layer[type]));
        }

        foreach (var layer in Layers)
        {
            if (target.LayerOf(layer.Scope) is null)
            {
                Add(changes, layer[type].ChangeTo(ResourceSet.Empty));
            }
        }

        return changes.DrainToImmutable();
    }

    /// <summary>True when both hold the same resources of a type, seen by reference alone.</summary>
    public bool HasSame(ResourceType type, Snapshot other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (Layers.Length != other.Layers.Length)
        {
            return false;
        }

        for (var i = 0; i < Layers.Length; i++)
        {
            if (!ReferenceEquals(Layers[i][type], other.Layers[i][type]))
            {
                return false;
            }
        }

        return true;
    }

    private static void Add(ImmutableArray<ResourceChange>.Builder changes, ResourceChange change)
    {
        if (!change.IsEmpty)
        {
            changes.Add(change);
        }
    }

    private ResourceLayer? LayerOf(string scope)
    {
        foreach (var layer in Layers)
        {
            if (layer.Scope == scope)
            {
                return layer;
            }
        }

        return null;
    }

    private static void RefuseSharedScopes(ImmutableArray<ResourceLayer> layers)
    {
        for (var i = 1; i < layers.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (layers[i].Scope == layers[j].Scope)
                {
                    throw new ArgumentException($"Two layers have the scope '{layers[i].Scope}'.", nameof(layers));
                }
            }
        }
    }

    // Layers that stood together in the previous snapshot under the same names need not be compared again.
    private static void RefuseSharedNames(ImmutableArray<ResourceLayer> layers, Snapshot? previous)
    {
        Span<bool> isKnown = stackalloc bool[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            isKnown[i] = previous?.LayerOf(layers[i].Scope) is { } before && layers[i].HasSameNames(before);
            for (var j = 0; j < i; j++)
            {
                if (!isKnown[i] || !isKnown[j])
                {
                    RefuseSharedNames(layers[j], layers[i]);
                }
            }
        }
    }

    private static void RefuseSharedNames(ResourceLayer a, ResourceLayer b)
    {
        foreach (var type in ResourceType.All)
        {
            if (a[type].Count > 0 && b[type].Count > 0)
            {
                RefuseSharedNames(a, b, type);
            }
        }
    }

    private static void RefuseSharedNames(ResourceLayer a, ResourceLayer b, ResourceType type)
    {
        var (small, large) = a[type].Count < b[type].Count ? (a, b) : (b, a);
        foreach (var resource in small[type].Sorted)
        {
            if (large[type].Find(resource.Name) is not null)
            {
                throw new ArgumentException($"Layers '{a.Scope}' and '{b.Scope}' both hold {type} '{resource.Name}'.", nameof(a));
            }
        }
    }
}
