namespace XdsServer.Tests.Integration.Harness;

/// <summary>The system's time, with a count of the timers that were made of it and not disposed. Unlike the runtime's own count it knows nothing of other tests.</summary>
internal sealed class CountedTime : TimeProvider
{
    private int _timers;

    /// <summary>How many timers there are.</summary>
    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return new Counted(System.CreateTimer(callback, state, dueTime, period), this);
    }

    private sealed class Counted(ITimer timer, CountedTime time) : ITimer
    {
        private int _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            CountOnce();
        }

        public async ValueTask DisposeAsync()
        {
            await timer.DisposeAsync();
            CountOnce();
        }

        private void CountOnce()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Interlocked.Decrement(ref time._timers);
            }
        }
    }
}
