using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using XdsServer.Model;

namespace XdsServer.Sources.Files;

/// <summary>
/// Folders of manifests as a source. Polling is the contract; notifications only make it look sooner. One loop owns all state:
/// wait for a hint, a deadline or the poll; look; publish when something changed.
/// </summary>
public sealed class FilesSource : IMeshSource
{
    private readonly FilesSourceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FilesSource> _logger;
    private readonly FilesState _state;
    private readonly FilesFragment _fragment;
    private readonly Func<string, FileSystemWatcher> _createWatcher;
    private bool _hasToldOfHints;

    /// <summary>Creates the source; it reads nothing before <see cref="RunAsync"/>.</summary>
    public FilesSource(FilesSourceOptions options, TimeProvider time, ILogger<FilesSource> logger)
        : this(options, time, logger, folder => new FileSystemWatcher(folder))
    {
    }

    internal FilesSource(FilesSourceOptions options, TimeProvider time, ILogger<FilesSource> logger, Func<string, FileSystemWatcher> createWatcher)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options with { Paths = [.. options.Paths.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)] };
        _time = time;
        _logger = logger;
        _createWatcher = createWatcher;
        _state = new FilesState(_options);
        _fragment = new FilesFragment(_options);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public Latest<MeshFragment> Fragment { get; } = new();

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var hints = new FileHints(_createWatcher);
        var started = _time.GetTimestamp();
        var nextPoll = TimeSpan.Zero;
        TimeSpan? deadline = null;
        try
        {
            while (true)
            {
                var now = _time.GetElapsedTime(started);
                if (now >= nextPoll)
                {
                    WatchAll(hints);
                    nextPoll = now + _options.PollInterval;
                    hints.Take();
                    deadline = _state.LookAtAll(now);
                }
                else
                {
                    deadline = hints.Take() is { } paths ? _state.LookAt(paths, now) : _state.LookAtAll(now);
                }

                Publish();
                await WaitAsync(hints, (deadline < nextPoll ? deadline.Value : nextPoll) - _time.GetElapsedTime(started), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    private void WatchAll(FileHints hints)
    {
        if (!_options.UseNotifications)
        {
            return;
        }

        var blind = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var root in _options.Paths)
        {
            if (hints.Watch(root) is not { } reason)
            {
                continue;
            }

            blind.Add(FileDiagnostics.NoNotifications(root, reason, _options.PollInterval));
            if (!_hasToldOfHints)
            {
                _hasToldOfHints = true;
                Log.NotificationsUnavailable(_logger, root, reason, _options.PollInterval);
            }
        }

        _fragment.Blind = blind.ToImmutable();
    }

    private void Publish()
    {
        if (!_fragment.Update(_state, _time.GetUtcNow()))
        {
            return;
        }

        var fragment = _fragment.Current;
        Log.Read(_logger, Name, fragment.Services.Length, fragment.Endpoints.Length, fragment.Diagnostics.Length);
        Fragment.Publish(fragment);
    }

    private async Task WaitAsync(FileHints hints, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (longest <= TimeSpan.Zero)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(longest, _time, either.Token);
        await Task.WhenAny(delay, hints.WaitAsync(either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
