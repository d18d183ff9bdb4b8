using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>
/// All that one proxy group sees: a few layers, immutable and from one model, so all types are coherent (protocol duty 73).
/// </summary>
public sealed class Snapshot
{
    private Snapshot(ImmutableArray<ResourceLayer> layers) => Layers = layers;

    /// <summary>Layers share no resource name.</summary>
    public ImmutableArray<ResourceLayer> Layers { get; }

    /// <summary>Layers of one snapshot; <paramref name="previous"/> itself when every layer is the same.</summary>
    /// <exception cref="ArgumentException">Two layers hold one name of one type.</exception>
    public static Snapshot Create(ImmutableArray<ResourceLayer> layers, Snapshot? previous)
    {
        if (previous is not null && previous.Layers.AsSpan().SequenceEqual(layers.AsSpan()))
        {
            return previous;
        }

        RefuseSharedNames(layers);
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
    public UInt128 Hash(ResourceType type)
    {
        UInt128 sum = 0;
        foreach (var layer in Layers)
        {
            sum += layer[type].Hash;
        }

        return sum;
    }

    private static void RefuseSharedNames(ImmutableArray<ResourceLayer> layers)
    {
        for (var i = 0; i < layers.Length; i++)
        {
            for (var j = i + 1; j < layers.Length; j++)
            {
                foreach (var type in ResourceType.All)
                {
                    RefuseSharedNames(layers[i], layers[j], type);
                }
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
