using System.Threading.Tasks.Sources;

namespace XdsServer.Discovery;

/// <summary>
/// Wakes one loop. Any number of threads may set it, one waits; setting it several times before it is awaited wakes once. It allocates
/// nothing after its construction.
/// </summary>
internal sealed class WakeSignal : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _isSet;
    private bool _isAwaited;

    /// <summary>Completes at the next <see cref="Set"/>, or at once when there was one since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _core.Reset();
            _isAwaited = true;
            return new ValueTask(this, _core.Version);
        }
    }

    /// <summary>Wakes the loop.</summary>
    public void Set()
    {
        lock (_lock)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return;
            }

            _isAwaited = false;
        }

        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
