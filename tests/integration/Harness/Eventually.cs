namespace XdsServer.Tests.Integration.Harness;

/// <summary>Waits for conditions of real programs: looks again and again until it holds, or fails after a deadline that only a broken run meets.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>Waits until the condition holds; <paramref name="state"/> says, in a failure, what was there instead.</summary>
    public static async Task HoldsAsync(string what, Func<CancellationToken, Task<bool>> condition, Func<string>? state = null)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(Interval);
        Exception? last = null;
        do
        {
            try
            {
                if (await condition(deadline.Token))
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or OperationCanceledException)
            {
                last = e;
            }
        }
        while (!deadline.IsCancellationRequested && await TickAsync(timer, deadline.Token));

        throw new TimeoutException($"{what} did not come true in {Deadline.TotalSeconds:0} s. {last?.Message} {state?.Invoke()}");
    }

    /// <summary>The same with a condition that needs no waiting.</summary>
    public static Task HoldsAsync(string what, Func<bool> condition, Func<string>? state = null) => HoldsAsync(what, _ => Task.FromResult(condition()), state);

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
