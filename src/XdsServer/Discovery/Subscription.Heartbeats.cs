using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>Resources with a time to live are named again before it ends, as long as the client holds them.</content>
internal sealed partial class Subscription
{
    // Two heartbeats may be lost or late before the client believes that the control plane has gone.
    private const int HeartbeatsPerLife = 3;

    private TimeSpan? _lastHeartbeat;

    /// <summary>
    /// A heartbeat, if one is due. It does not wait for ACKs, is not waited for, and carries the version that the client has (protocol duties 76, 77).
    /// </summary>
    public Update? TakeHeartbeat(TimeSpan now)
    {
        if (!TakesTtl || _basis is null || _record.SentVersion is not { } version || TimedHeld() is not { Count: > 0 } timed)
        {
            _lastHeartbeat = null;
            return null;
        }

        var interval = timed.Min(r => r.Ttl!.Value) / HeartbeatsPerLife;
        _lastHeartbeat ??= now;
        if (now < _lastHeartbeat + interval)
        {
            CheckAt(_lastHeartbeat.Value + interval, now);
            return null;
        }

        _lastHeartbeat = now;
        CheckAt(now + interval, now);
        return new Update(timed, [], [], []) { IsHeartbeat = true, Version = version, SentAt = now };
    }

    private List<Resource> TimedHeld()
    {
        var timed = new List<Resource>();
        foreach (var layer in _basis!.Layers)
        {
            foreach (var resource in layer[Type].Timed)
            {
                if (_interest.Covers(resource) && !_open.ContainsKey(resource.Name))
                {
                    timed.Add(resource);
                }
            }
        }

        timed.AddRange(_open.Values.Select(o => o.Held).OfType<Resource>().Where(r => r.Ttl is not null));
        return timed;
    }

    // A heartbeat has a nonce of its own; it makes no answer to the response before it stale.
    private bool IsAnswerToNewest(long? nonce) =>
        nonce is not null && nonce >= _record.LastNonce && (nonce == _record.LastNonce || nonce <= _record.LastHeartbeat);
}
