using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Hands each new snapshot of one proxy group to the group's streams. Those whose clients it does not concern are brought up to it on the
/// spot; only the others are woken. A loop that is woken costs some microseconds, a look at what changed a fraction of one.
/// </summary>
internal sealed class GroupFeed
{
    private readonly Latest<Snapshot> _latest;
    private readonly StreamClock _clock;
    private readonly Action _deliver;
    private readonly Lock _lock = new();
    private readonly HashSet<DiscoveryStream> _members = [];

    public GroupFeed(Latest<Snapshot> latest, StreamClock clock, SnapshotHistory history)
    {
        (_latest, _clock, _deliver) = (latest, clock, Deliver);
        History = history;
        AwaitNewerThan(Observe());
    }

    /// <summary>What the group lost and got lately.</summary>
    public SnapshotHistory History { get; }

    /// <summary>From now on the stream hears of every snapshot that follows one it could have read before.</summary>
    public void Add(DiscoveryStream stream)
    {
        lock (_lock)
        {
            _members.Add(stream);
        }
    }

    /// <summary>The stream has ended.</summary>
    public void Remove(DiscoveryStream stream)
    {
        lock (_lock)
        {
            _members.Remove(stream);
        }
    }

    private void Deliver()
    {
        var snapshot = Observe();
        lock (_lock)
        {
            foreach (var stream in _members)
            {
                stream.Offer(snapshot!);
            }
        }

        AwaitNewerThan(snapshot);
    }

    private Snapshot? Observe()
    {
        var snapshot = _latest.Value;
        if (snapshot is not null)
        {
            History.Observe(snapshot, _clock.Now);
        }

        return snapshot;
    }

    // Runs on the thread pool, once at a time: the next wait begins when all streams know of this snapshot.
    private void AwaitNewerThan(Snapshot? seen) => _latest.ChangedFrom(seen).ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_deliver);
}
