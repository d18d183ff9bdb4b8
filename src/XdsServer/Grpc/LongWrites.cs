using XdsServer.Discovery;

namespace XdsServer.Grpc;

/// <summary>
/// Lets a bounded number of long messages into the transport at a time; the others wait in line for their turn, first come first served
/// (protocol duty 91).
/// </summary>
/// <remarks>
/// When thousands of clients connect at once, each would otherwise hold a full buffer, and all would get their last byte at the end. A turn
/// ends with its message, or when <see cref="Limit"/> is over: then its message is written on without one, so that clients that read slowly
/// do not hold up others (duty 89). The line moves by at least <c>most</c> messages in each such time.
/// </remarks>
internal sealed class LongWrites(int most, TimeProvider time)
{
    /// <summary>How long a turn lasts at most: longer than a client needs that reads, on a server that is busy with all of them.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly LinkedList<Turn> _line = new();
    private readonly LinkedList<Turn> _held = new();
    private ITimer? _timer;

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Turn> BeginAsync(CancellationToken cancellationToken)
    {
        var turn = new Turn(this);
        lock (_gate)
        {
            _line.AddLast(turn.Place);
            Admit();
        }

        if (!turn.Begun.IsCompleted)
        {
            DiscoveryMetrics.WriteWaited();
        }

        try
        {
            await turn.Begun.WaitAsync(cancellationToken);
            return turn;
        }
        catch (OperationCanceledException)
        {
            turn.Dispose();
            throw;
        }
    }

    private void End(Turn turn)
    {
        lock (_gate)
        {
            turn.Place.List?.Remove(turn.Place);
            Admit();
        }
    }

    // Turns last equally long, so the first that is held is the first to end.
    private void Expire()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            while (_line.Count > 0 && _held.First is { } first && time.GetElapsedTime(first.Value.Start) >= Limit)
            {
                _held.Remove(first);
                DiscoveryMetrics.WriteOvertaken();
            }

            Admit();
        }
    }

    private void Admit()
    {
        while (_line.First is { } first && _held.Count < most)
        {
            _line.Remove(first);
            _held.AddLast(first);
            first.Value.Start = time.GetTimestamp();
            first.Value.Begin();
        }

        Watch();
    }

    // Nobody needs to know that a turn is over while nobody waits. A timer for a turn that has ended sooner finds the next one.
    private void Watch()
    {
        if (_line.Count > 0 && _timer is null)
        {
            var left = Limit - time.GetElapsedTime(_held.First!.Value.Start);
            _timer = time.CreateTimer(_ => Expire(), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The right to write one long message.</summary>
    internal sealed class Turn : IDisposable
    {
        // Continuations run elsewhere: the one who ends a turn writes for its own client.
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly LongWrites _writes;

        public Turn(LongWrites writes)
        {
            _writes = writes;
            Place = new LinkedListNode<Turn>(this);
        }

        public LinkedListNode<Turn> Place { get; }

        public Task Begun => _begun.Task;

        public long Start { get; set; }

        public void Begin() => _begun.SetResult();

        public void Dispose() => _writes.End(this);
    }
}
