namespace XdsServer.Grpc;

/// <summary>All that may end a call from outside, and the status that the call then has.</summary>
internal sealed class CallCancellation : IDisposable
{
    // Longer ones are as good as none, and more than a timer takes.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationToken _stopping;
    private readonly CancellationToken _aged;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource _any;

    /// <summary>Starts the deadline; <see cref="Timeout.InfiniteTimeSpan"/> means that there is none.</summary>
    public CallCancellation(HttpContext context, TimeSpan timeout, TimeProvider time, CancellationToken stopping)
    {
        _stopping = stopping;
        _aged = context.Features.Get<ConnectionAge>()?.Reached ?? CancellationToken.None;
        _timeout = timeout;
        // Streams have no deadline, and there are thousands of them: a source with an infinite one would still hold a timer.
        _deadline = timeout >= TimeSpan.Zero && timeout < LongestTimer ? new CancellationTokenSource(timeout, time) : null;
        _any = CancellationTokenSource.CreateLinkedTokenSource([context.RequestAborted, _deadline?.Token ?? CancellationToken.None, stopping, _aged]);
    }

    /// <summary>Cancelled by the first of them.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>The status of a call that ended because of <see cref="Token"/>.</summary>
    public GrpcStatus Status =>
        _stopping.IsCancellationRequested ? new(GrpcStatusCode.Unavailable, "The server is stopping; connect again.")
        : _aged.IsCancellationRequested ? new(GrpcStatusCode.Unavailable, "The connection has reached its age limit; connect again.")
        : _deadline?.IsCancellationRequested == true ? new(GrpcStatusCode.DeadlineExceeded, $"The call took longer than its deadline of {_timeout}.")
        : new(GrpcStatusCode.Cancelled, "The client has cancelled the call.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _any.Dispose();
        _deadline?.Dispose();
    }
}
