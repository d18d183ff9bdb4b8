using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What is written, and when.</content>
internal sealed partial class DiscoveryStream
{
    /// <summary>Writes one response if there is one to write; false when there is nothing to do until the loop is woken.</summary>
    private async ValueTask<bool> PushNextAsync(CancellationTokenSource ending)
    {
        if (_lease is null)
        {
            return false;
        }

        // A push is finished from one state of the sources before the next begins (protocol duty 73).
        var newest = _lease.Snapshot.Value;
        var snapshot = _pushing ?? newest;
        if (snapshot is null || newest is null)
        {
            return false;
        }

        // One time for the whole round: what is not due yet when it is looked at must not be past when the timer is set.
        var now = _context.Clock.Now;
        _feed!.History.Observe(newest, now);
        for (var i = 0; i < _subscriptions.Length; i++)
        {
            if (_subscriptions[i] is { } subscription && Take(subscription, snapshot, now) is { } update)
            {
                _pushing = snapshot;
                await WriteAsync(subscription, update, ending);
                return true;
            }
        }

        _pushing = null;
        SetTimer(now);
        return !ReferenceEquals(snapshot, newest);
    }

    private Update? Take(Subscription subscription, Snapshot snapshot, TimeSpan now)
    {
        lock (_state)
        {
            var update = TakeIfAnswered(subscription, snapshot, now);
            update ??= subscription.TakeHeartbeat(now);
            if (update is null)
            {
                return null;
            }

            update.Nonce = ++_lastNonce;
            if (update.IsHeartbeat)
            {
                subscription.Record.LastHeartbeat = update.Nonce;
                return update;
            }

            subscription.Record.Sent(update);
            if (subscription.Type == ResourceType.Cluster && _context.Options.Rules.HasFlag(EnvoyRules.EndpointsFollowClusters))
            {
                _subscriptions[ResourceType.Endpoint.Index]?.OweFor(update);
            }

            return update;
        }
    }

    private Update? TakeIfAnswered(Subscription subscription, Snapshot snapshot, TimeSpan now)
    {
        var record = subscription.Record;
        var (waits, limits) = (record.Waits, record.Limits);
        Update? update = null;
        if (subscription.HasToAnswer || AckPatience.EndOf(subscription, _context.Options) is not { } until || now >= until)
        {
            update = TakeContent(subscription, snapshot, now);
            AckPatience.Passed(subscription, update);
        }
        else
        {
            AckPatience.Blocked(subscription, snapshot);
        }

        DiscoveryMetrics.Waited(subscription.Type.ShortName, record.Waits - waits, record.Limits - limits);
        return update;
    }

    private Update? TakeContent(Subscription subscription, Snapshot snapshot, TimeSpan now)
    {
        _ackGate?.Look(snapshot, now);
        _settleGate!.Look(snapshot, now);
        return subscription.Take(Visible(snapshot, subscription), Gate, now);
    }

    private async ValueTask WriteAsync(Subscription subscription, Update update, CancellationTokenSource ending)
    {
        var writing = _context.Writer.WriteAsync(_stream, subscription, update, _variant, Id, ending.Token, out var size);
        DiscoveryMetrics.Sent(subscription.Type.ShortName, size);
        if (writing.IsCompletedSuccessfully)
        {
            await writing;
            return;
        }

        _unread = subscription.Type;
        try
        {
            await writing.AsTask().WaitAsync(_context.Options.WriteStallLimit, _context.Clock.Provider);
            _unread = null;
        }
        catch (TimeoutException)
        {
            DiscoveryMetrics.Stalled();
            await ending.CancelAsync();
            throw new DiscoveryException(DiscoveryFault.DeadlineExceeded, $"The client did not take a response within {_context.Options.WriteStallLimit}.");
        }
    }

    private void SetTimer(TimeSpan now)
    {
        var next = TimeSpan.MaxValue;
        foreach (var subscription in _subscriptions)
        {
            if (subscription is not null)
            {
                next = Earlier(Earlier(next, subscription.NextCheck, now), AckPatience.EndOf(subscription, _context.Options), now);
            }
        }

        _timer.Change(next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : next - now + TimerGrain, Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan? b, TimeSpan now) => b > now && b < a ? b.Value : a;
}
