using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Groups;
using XdsServer.LoadReports;
using XdsServer.Model;
using XdsServer.Pipeline;

namespace XdsServer.Hosting;

/// <summary>
/// The loops that run as long as the server does: one per source, the pipeline, and the one that drops idle groups and silent proxies. One that ends
/// although nobody asked it to stops the server, because what it kept current would silently grow old.
/// </summary>
internal sealed class HostLoops(
    MeshPipeline pipeline, ProxyGroupStore groups, DiscoveryServer discovery, LoadReportStore loads, Latest<ServingState> health, TimeProvider time, IHostApplicationLifetime lifetime, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _all = Task.CompletedTask;

    /// <summary>True when a loop ended that never should.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Starts all loops; call once.</summary>
    public void Start()
    {
        var loops = pipeline.Sources.Select(s => GuardAsync(s.Name, s.RunAsync)).ToList();
        loops.Add(GuardAsync("pipeline", pipeline.RunAsync));
        loops.Add(GuardAsync("idle groups", DropIdleAsync));
        loops.Add(GuardAsync("health", HealthAsync));
        if (discovery.Remembers)
        {
            loops.Add(GuardAsync("memory of clusters", discovery.RememberAsync));
        }

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
            if (_stop.IsCancellationRequested)
            {
                return;
            }

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

        HasFailed = true;
        lifetime.StopApplication();
    }

    // The gRPC health service says SERVING from the first successful run on.
    private async Task HealthAsync(CancellationToken cancellationToken)
    {
        health.Publish(new ServingState(IsServing: false));
        PipelineStatus? status = null;
        do
        {
            status = await pipeline.Status.NewerThanAsync(status, cancellationToken);
        }
        while (status.Translation is null);

        health.Publish(new ServingState(IsServing: true));
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private async Task DropIdleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(IdleCheck, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            groups.DropIdle();
            loads.DropSilent();
        }
    }
}
