using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The clusters that a group lost lately. A state-of-the-world client that connects again still routes to what it held; it is
/// told of the loss only after it was sent its new routes (envoy-measured rule 11).
/// </summary>
/// <param name="group">The group, for the memory over restarts.</param>
/// <param name="remembered">What clients of the group were served before this process began.</param>
/// <param name="keep">How long what is lost stays available.</param>
internal sealed class SnapshotHistory(string group, ImmutableArray<Resource> remembered, TimeSpan keep)
{
    // Longer than any wait that looks at it.
    private static readonly TimeSpan AppearanceKept = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tombstone> _tombstones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _appeared = new(StringComparer.Ordinal);
    private volatile Snapshot? _last;
    private TimeSpan? _clustersChangedAt;
    private long _version;

    /// <summary>The group.</summary>
    public string Group { get; } = group;

    /// <summary>Some client gets its clusters in state of the world.</summary>
    public bool IsUsedInSotw { get; private set; }

    /// <summary>Grows when <see cref="Served"/> may have become another.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>When some cluster was new or changed for the last time; null: never since the first snapshot.</summary>
    public TimeSpan? ClustersChangedAt
    {
        get
        {
            lock (_lock)
            {
                return _clustersChangedAt;
            }
        }
    }

    /// <summary>When this cluster became what it is; null: long ago.</summary>
    public TimeSpan? AppearedAt(string cluster)
    {
        lock (_lock)
        {
            return _appeared.TryGetValue(cluster, out var at) ? at : null;
        }
    }

    /// <summary>Takes note of the group's newest snapshot.</summary>
    public void Observe(Snapshot snapshot, TimeSpan now)
    {
        if (ReferenceEquals(_last, snapshot))
        {
            return;
        }

        Note(snapshot, now);
    }

    // By itself, so that a snapshot that is known already costs no closure.
    private void Note(Snapshot snapshot, TimeSpan now)
    {
        lock (_lock)
        {
            var last = _last ?? snapshot;
            if (_last is null)
            {
                _version++;
                Remember(remembered, snapshot, now);
            }

            _last = snapshot;
            foreach (var change in last.ChangesTo(snapshot, ResourceType.Cluster))
            {
                _version++;
                foreach (var cluster in change.Upserts)
                {
                    _appeared[cluster.Name] = now;
                    _clustersChangedAt = now;
                }

                foreach (var cluster in change.Removed)
                {
                    _tombstones[cluster.Name] = new Tombstone(cluster, now);
                }
            }

            foreach (var name in _appeared.Where(a => now - a.Value > AppearanceKept).Select(a => a.Key).ToList())
            {
                _appeared.Remove(name);
            }

            foreach (var name in _tombstones.Where(t => now - t.Value.At > keep || snapshot.Find(ResourceType.Cluster, t.Key) is not null).Select(t => t.Key).ToList())
            {
                _tombstones.Remove(name);
            }
        }
    }

    /// <summary>A client gets its clusters in state of the world.</summary>
    public void UseInSotw()
    {
        lock (_lock)
        {
            _version += IsUsedInSotw ? 0 : 1;
            IsUsedInSotw = true;
        }
    }

    /// <summary>All that clients may hold: the clusters of the newest snapshot, and those that went lately.</summary>
    public ImmutableArray<Resource> Served()
    {
        lock (_lock)
        {
            return [.. (_last?.Layers ?? []).SelectMany(l => l[ResourceType.Cluster].Sorted), .. _last is null ? remembered : [], .. _tombstones.Values.Select(t => t.Resource)];
        }
    }

    /// <summary>The clusters lost within the time that they are kept.</summary>
    public IReadOnlyList<Resource> Tombstones(TimeSpan now)
    {
        lock (_lock)
        {
            return [.. _last is null ? remembered : [], .. _tombstones.Values.Where(t => now - t.At <= keep).Select(t => t.Resource).OrderBy(r => r.Name, StringComparer.Ordinal)];
        }
    }

    private void Remember(ImmutableArray<Resource> clusters, Snapshot snapshot, TimeSpan now)
    {
        foreach (var cluster in clusters)
        {
            if (snapshot.Find(ResourceType.Cluster, cluster.Name) is null)
            {
                _tombstones[cluster.Name] = new Tombstone(cluster, now);
            }
        }
    }

    private sealed record Tombstone(Resource Resource, TimeSpan At);
}
