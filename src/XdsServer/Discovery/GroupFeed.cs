using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Hands each new snapshot of one proxy group to the group's streams, and wakes those whose clients it concerns. Streams that rest and are in step stand in
/// audiences by what they want, and are found by what changes: the others cost nothing.
/// </summary>
internal sealed class GroupFeed
{
    private readonly Latest<Snapshot> _latest;
    private readonly StreamClock _clock;
    private readonly Action _deliver;
    private readonly Lock _lock = new();
    private readonly Action<Audience> _dissolve;
    private readonly Dictionary<Wants, Audience> _audiences = [];
    private readonly WantIndex _index = new();

    // Those that are awake, that wait for more than a snapshot, or whose names came by several requests.
    private readonly LinkedList<DiscoveryStream> _others = [];
    private readonly List<DiscoveryStream> _concerned = [];
    private Snapshot? _delivered;

    public GroupFeed(Latest<Snapshot> latest, StreamClock clock, SnapshotHistory history)
    {
        (_latest, _clock, _deliver, _dissolve) = (latest, clock, Deliver, Dissolve);
        History = history;
        _delivered = Observe();
        AwaitNewerThan(_delivered);
    }

    /// <summary>What the group lost and got lately.</summary>
    public SnapshotHistory History { get; }

    /// <summary>From now on the stream hears of every snapshot that follows one it could have read before.</summary>
    public void Add(DiscoveryStream stream)
    {
        lock (_lock)
        {
            _others.AddLast(stream.Place);
        }
    }

    /// <summary>The stream has ended.</summary>
    public void Remove(DiscoveryStream stream)
    {
        lock (_lock)
        {
            Unregister(stream);
            stream.Place.List?.Remove(stream.Place);
        }
    }

    /// <summary>The stream's loop is about to wait. Until <see cref="Rouse"/> the feed owns what the stream holds.</summary>
    public void Rest(DiscoveryStream stream)
    {
        lock (_lock)
        {
            stream.IsResting = true;
            if (_delivered is { } delivered && stream.Follows(delivered))
            {
                Join(stream);
            }
        }
    }

    /// <summary>The stream's loop goes on.</summary>
    public void Rouse(DiscoveryStream stream)
    {
        lock (_lock)
        {
            stream.IsResting = false;
            if (stream.Place.List != _others)
            {
                Leave(stream, _delivered);
            }
        }
    }

    private void Deliver()
    {
        var snapshot = Observe()!;
        lock (_lock)
        {
            var last = _others.Last;
            if (_delivered is { } before)
            {
                _index.Find(before, snapshot, _dissolve);
            }

            OfferToOthers(last, snapshot);
            _delivered = snapshot;
        }

        foreach (var stream in _concerned)
        {
            stream.Wake();
        }

        _concerned.Clear();
        AwaitNewerThan(snapshot);
    }

    // Up to this one; those behind it have just come from an audience.
    private void OfferToOthers(LinkedListNode<DiscoveryStream>? last, Snapshot snapshot)
    {
        for (var place = last; place is not null;)
        {
            var (stream, previous) = (place.Value, place.Previous);
            if (stream.IsResting && stream.Follows(snapshot))
            {
                Join(stream);
            }
            else
            {
                _concerned.Add(stream);
            }

            place = previous;
        }
    }

    // Whom the step concerns stays at the snapshot before.
    private void Dissolve(Audience audience)
    {
        while (audience.Resting.First is { } place)
        {
            _concerned.Add(place.Value);
            Leave(place.Value, _delivered);
        }
    }

    private void Join(DiscoveryStream stream)
    {
        if (stream.Wants is not { } wants)
        {
            Unregister(stream);
            return;
        }

        if (!wants.Equals(stream.Audience?.Wants))
        {
            Unregister(stream);
            Register(stream, wants);
        }

        _others.Remove(stream.Place);
        stream.Audience!.Resting.AddLast(stream.Place);
        stream.StandAt(null);
    }

    private void Leave(DiscoveryStream stream, Snapshot? snapshot)
    {
        stream.Place.List!.Remove(stream.Place);
        _others.AddLast(stream.Place);
        stream.StandAt(snapshot);
    }

    private void Register(DiscoveryStream stream, Wants wants)
    {
        if (!_audiences.TryGetValue(wants, out var audience))
        {
            _audiences.Add(wants, audience = new Audience(wants));
            _index.Add(audience);
        }

        audience.Count++;
        stream.Audience = audience;
    }

    private void Unregister(DiscoveryStream stream)
    {
        if (stream.Audience is { } audience && --audience.Count == 0)
        {
            _audiences.Remove(audience.Wants);
            _index.Remove(audience);
        }

        stream.Audience = null;
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
