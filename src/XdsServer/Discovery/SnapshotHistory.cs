using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The clusters that a group lost lately. A state-of-the-world client that connects again still routes to what it held; it is
/// told of the loss only after it was sent its new routes (envoy-measured rule 11).
/// </summary>
internal sealed class SnapshotHistory(TimeSpan keep)
{
    // Longer than any wait that looks at it.
    private static readonly TimeSpan AppearanceKept = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tombstone> _tombstones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _appeared = new(StringComparer.Ordinal);
    private volatile Snapshot? _last;
    private TimeSpan? _clustersChangedAt;

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

    /// <summary>The clusters lost within the time that they are kept.</summary>
    public IReadOnlyList<Resource> Tombstones(TimeSpan now)
    {
        lock (_lock)
        {
            return [.. _tombstones.Values.Where(t => now - t.At <= keep).Select(t => t.Resource).OrderBy(r => r.Name, StringComparer.Ordinal)];
        }
    }

    // By itself, so that a snapshot that is known already costs no closure.
    private void Note(Snapshot snapshot, TimeSpan now)
    {
        lock (_lock)
        {
            var last = _last ?? snapshot;
            _last = snapshot;
            foreach (var change in last.ChangesTo(snapshot, ResourceType.Cluster))
            {
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

    private sealed record Tombstone(Resource Resource, TimeSpan At);
}
