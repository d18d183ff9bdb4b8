namespace XdsServer.Discovery;

/// <summary>Time since the server started: what streams reckon with.</summary>
internal sealed class StreamClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public TimeProvider Provider { get; } = time;

    public TimeSpan Now => Provider.GetElapsedTime(_start);

    /// <summary>The time of day of a moment, for people.</summary>
    public DateTimeOffset TimeOfDay(TimeSpan moment) => _startedAt + moment;
}
