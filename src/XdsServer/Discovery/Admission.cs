using System.Threading.RateLimiting;

namespace XdsServer.Discovery;

/// <summary>
/// Whether one more stream is served (protocol duty 91). Clients that all come at once, after a restart or a break of the network, are served as fast as the
/// cores can; those beyond that are told to come again, which they do after a pause of their own, instead of all waiting until none is answered in time.
/// </summary>
internal sealed class Admission
{
    private readonly int _most;
    private readonly TokenBucketRateLimiter? _bucket;
    private int _open;

    public Admission(DiscoveryOptions options)
    {
        _most = options.MaxStreams > 0 ? options.MaxStreams : int.MaxValue;
        _bucket = options.NewStreamsPerSecond > 0 ? new TokenBucketRateLimiter(LimitsOf(options)) : null;
    }

    /// <summary>Counts one more stream; <see cref="Leave"/> must follow.</summary>
    /// <exception cref="DiscoveryException">There are too many, or too many came at once.</exception>
    public void Enter()
    {
        if (Interlocked.Increment(ref _open) > _most)
        {
            Interlocked.Decrement(ref _open);
            throw Refused("streams", $"{_most} streams are open, which is the limit (Xds:Discovery:MaxStreams). Try again later, or at another replica.");
        }

        _bucket?.TryReplenish();
        if (_bucket?.AttemptAcquire().IsAcquired == false)
        {
            Interlocked.Decrement(ref _open);
            throw Refused("rate", "Too many new streams at once (Xds:Discovery:NewStreamsPerSecond). Try again shortly.");
        }
    }

    /// <summary>The stream has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);

    private static DiscoveryException Refused(string limit, string message)
    {
        DiscoveryMetrics.Refused(limit);
        return new DiscoveryException(DiscoveryFault.Unavailable, message);
    }

    // Refilled when somebody asks: there is no timer to stop.
    private static TokenBucketRateLimiterOptions LimitsOf(DiscoveryOptions options) => new()
    {
        AutoReplenishment = false,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / options.NewStreamsPerSecond),
        TokensPerPeriod = 1,
        TokenLimit = Math.Max(1, options.NewStreamsBurst),
        QueueLimit = 0,
    };
}
