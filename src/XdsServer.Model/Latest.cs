namespace XdsServer.Model;

/// <summary>
/// The newest value of something: one writer, any number of readers, nothing queued. A slow reader sees the newest value and
/// never a backlog. It is the only hand-over between the stages of the pipeline.
/// </summary>
public sealed class Latest<T>
    where T : class
{
    private volatile Node _current = new(value: null);

    /// <summary>The newest value, or null when nothing was published yet.</summary>
    public T? Value => _current.Value;

    /// <summary>Replaces the value and wakes all waiters; their continuations run elsewhere, never on the caller's stack.</summary>
    public void Publish(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var old = _current;
        _current = new Node(value);
        old.Replaced.TrySetResult();
    }

    /// <summary>
    /// The newest value as soon as it is another instance than <paramref name="seen"/> (null: as soon as there is any).
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async ValueTask<T> NewerThanAsync(T? seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            var node = _current;
            if (node.Value is not null && !ReferenceEquals(node.Value, seen))
            {
                return node.Value;
            }

            await node.Replaced.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Completes when a value other than <paramref name="seen"/> is there; completed already when it is. The task is shared by
    /// all who wait, so it costs nothing to ask again.
    /// </summary>
    public Task ChangedFrom(T? seen)
    {
        var node = _current;
        return node.Value is not null && !ReferenceEquals(node.Value, seen) ? Task.CompletedTask : node.Replaced.Task;
    }

    private sealed class Node(T? value)
    {
        public T? Value { get; } = value;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
