using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Tests.Integration.Files;

/// <summary>A source that runs until disposed; waits on what it publishes, never on time.</summary>
internal sealed class RunningSource : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningSource(IMeshSource source)
    {
        Source = source;
        _running = source.RunAsync(_stop.Token);
    }

    public IMeshSource Source { get; }

    public static RunningSource Of(FilesSourceOptions options, Func<string, FileSystemWatcher>? createWatcher = null) => new(createWatcher is null
        ? new FilesSource(options, TimeProvider.System, NullLogger<FilesSource>.Instance)
        : new FilesSource(options, TimeProvider.System, NullLogger<FilesSource>.Instance, createWatcher));

    /// <summary>The first fragment that fits.</summary>
    public async Task<MeshFragment> WaitForAsync(Func<MeshFragment, bool> fits)
    {
        using var patience = new CancellationTokenSource(Patience);
        MeshFragment? seen = null;
        try
        {
            do
            {
                seen = await Source.Fragment.NewerThanAsync(seen, patience.Token);
            }
            while (!fits(seen));
        }
        catch (OperationCanceledException exception)
        {
            throw new InvalidOperationException($"No such fragment came. The last one: {string.Join(", ", seen?.Services.Select(service => service.Key) ?? [])}; {string.Join("; ", seen?.Diagnostics ?? [])}", exception);
        }

        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
