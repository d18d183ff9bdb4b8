using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What the feed of the group asks and says. It holds its lock while it does so, and does it only while the loop rests.</content>
internal sealed partial class DiscoveryStream
{
    private Wants? _wants;

    /// <summary>The loop waits to be woken.</summary>
    public bool IsResting { get; set; }

    /// <summary>Where the stream stands in the feed.</summary>
    public LinkedListNode<DiscoveryStream> Place { get; }

    /// <summary>The streams that want the same, as far as was looked.</summary>
    public Audience? Audience { get; set; }

    /// <summary>What the client wants; null when that cannot be compared with what others want.</summary>
    public Wants? Wants => _wants ??= FindWants();

    /// <summary>Wakes the loop.</summary>
    public void Wake() => _signal.Set();

    /// <summary>True when the client is in step and nothing in this snapshot is different for it; then the stream takes this snapshot for what its client holds.</summary>
    public bool Follows(Snapshot snapshot)
    {
        var follows = true;
        foreach (var subscription in _subscriptions)
        {
            follows &= subscription is null || subscription.TryFollow(Visible(snapshot, subscription));
        }

        return follows;
    }

    /// <summary>What the client holds is of this snapshot; null while the feed keeps it in mind.</summary>
    public void StandAt(Snapshot? snapshot)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription?.StandAt(snapshot is null ? null : Visible(snapshot, subscription));
        }
    }

    private Wants? FindWants()
    {
        var wants = ImmutableArray.CreateBuilder<Want>();
        foreach (var subscription in _subscriptions)
        {
            if (subscription is null || !RequestRules.MayHave(subscription.Type, _stream.Peer, _context.Options))
            {
                continue;
            }

            if (subscription.Interest.Want is not { } want)
            {
                return null;
            }

            wants.Add(want);
        }

        return new Wants(wants.DrainToImmutable());
    }
}
