using XdsServer.Groups;
using XdsServer.Pipeline;

namespace XdsServer.Hosting;

/// <summary>
/// The loops that run as long as the server does: one per source, the pipeline, and the one that drops idle groups. One that ends
/// although nobody asked it to stops the server, because what it kept current would silently grow old.
/// </summary>
internal sealed class HostLoops(
    MeshPipeline pipeline, ProxyGroupStore groups, TimeProvider time, IHostApplicationLifetime lifetime, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _all = Task.CompletedTask;

    /// <summary>Starts all loops; call once.</summary>
    public void Start()
    {
        var loops = pipeline.Sources.Select(s => GuardAsync(s.Name, s.RunAsync)).ToList();
        loops.Add(GuardAsync("pipeline", pipeline.RunAsync));
        loops.Add(GuardAsync("idle groups", DropIdleAsync));
        _all = Task.WhenAll(loops);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _all;
        _stop.Dispose();
    }

    private async Task GuardAsync(string name, Func<CancellationToken, Task> loop)
    {
        try
        {
            await Task.Yield();
            await loop(_stop.Token);
            log.LoopEnded(name);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            log.LoopFailed(e, name);
        }

        lifetime.StopApplication();
    }

    private async Task DropIdleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(IdleCheck, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            groups.DropIdle();
        }
    }
}
