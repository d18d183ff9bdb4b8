using System.Collections.Immutable;

namespace XdsServer.Translators.Resources;

/// <summary>
/// What leads from one <see cref="ResourceSet"/> to another. Computed once per pair and shared by all streams that take the step,
/// together with its encoded bytes.
/// </summary>
public sealed class ResourceChange
{
    /// <summary>No difference.</summary>
    public static readonly ResourceChange None = new([], [], []);

    private byte[]? _deltaEntries;

    private ResourceChange(ImmutableArray<Resource> upserts, ImmutableArray<Resource?> replaced, ImmutableArray<Resource> removed)
    {
        Upserts = upserts;
        Replaced = replaced;
        Removed = removed;
    }

    /// <summary>New and changed resources, sorted by name.</summary>
    public ImmutableArray<Resource> Upserts { get; }

    /// <summary>For each of <see cref="Upserts"/> what it takes the place of; null when it is new.</summary>
    public ImmutableArray<Resource?> Replaced { get; }

    /// <summary>Resources whose names are gone, sorted by name.</summary>
    public ImmutableArray<Resource> Removed { get; }

    /// <summary>True when there is no difference.</summary>
    public bool IsEmpty => Upserts.IsEmpty && Removed.IsEmpty;

    /// <summary>The <c>resources</c> and <c>removed_resources</c> entries of a <c>DeltaDiscoveryResponse</c>, encoded once for all.</summary>
    public ReadOnlyMemory<byte> DeltaEntries => _deltaEntries ??= Encode();

    /// <summary>
    /// Compares two sets. Resources are the same only when they are the same instance or have the same hash: a change of nothing but
    /// origins is none for a client.
    /// </summary>
    internal static ResourceChange Between(ResourceSet from, ResourceSet to)
    {
        var upserts = ImmutableArray.CreateBuilder<Resource>();
        var replaced = ImmutableArray.CreateBuilder<Resource?>();
        var removed = ImmutableArray.CreateBuilder<Resource>();
        var old = from.Sorted.AsSpan();
        var now = to.Sorted.AsSpan();
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && ReferenceEquals(old[i], now[j]))
            {
                (i, j) = (i + 1, j + 1);
                continue;
            }

            var order = i == old.Length ? 1 : j == now.Length ? -1 : string.CompareOrdinal(old[i].Name, now[j].Name);
            if (order < 0)
            {
                removed.Add(old[i++]);
            }
            else if (order > 0)
            {
                upserts.Add(now[j++]);
                replaced.Add(null);
            }
            else
            {
                if (old[i].Hash != now[j].Hash)
                {
                    upserts.Add(now[j]);
                    replaced.Add(old[i]);
                }

                (i, j) = (i + 1, j + 1);
            }
        }

        return upserts.Count + removed.Count == 0 ? None : new ResourceChange(upserts.DrainToImmutable(), replaced.DrainToImmutable(), removed.DrainToImmutable());
    }

    private byte[] Encode()
    {
        var size = 0;
        foreach (var resource in Upserts)
        {
            size += resource.DeltaEntry.Length;
        }

        foreach (var resource in Removed)
        {
            size += RemovedEntry.SizeOf(resource.Name);
        }

        var bytes = new byte[size];
        var at = 0;
        foreach (var resource in Upserts)
        {
            resource.DeltaEntry.Span.CopyTo(bytes.AsSpan(at));
            at += resource.DeltaEntry.Length;
        }

        foreach (var resource in Removed)
        {
            at += RemovedEntry.Write(resource.Name, bytes.AsSpan(at));
        }

        return bytes;
    }
}
