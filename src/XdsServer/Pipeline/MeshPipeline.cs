using XdsServer.Groups;
using XdsServer.Metrics;
using XdsServer.Model;
using XdsServer.Options;

namespace XdsServer.Pipeline;

/// <summary>
/// The one loop between the sources and the proxies: gathers changes, composes the model, translates it, publishes a snapshot to
/// every proxy group.
/// </summary>
/// <remarks>
/// Nothing is published before every source was read once. Unchanged content publishes nothing. When composing or translating
/// throws, which is a bug, proxies keep the last good snapshots, and the failure shows in the log (once) and in the diagnostics.
/// </remarks>
public sealed class MeshPipeline
{
    private readonly SourceInputState[] _sources;
    private readonly ProxyGroupStore _groups;
    private readonly PipelineRun _run;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MeshPipeline> _log;
    private readonly StructureHold _hold;

    private GroupSet? _seenGroups;

    /// <summary>A pipeline over these sources; earlier sources win where two say different things.</summary>
    public MeshPipeline(
        IReadOnlyList<IMeshSource> sources, ProxyGroupStore groups, MeshStages stages, PipelineMetrics metrics, PipelineOptions options, TimeProvider time, ILogger<MeshPipeline> log)
    {
        _sources = [.. sources.Select(s => new SourceInputState(s, options))];
        _groups = groups;
        _run = new PipelineRun(stages, groups, metrics, time, log);
        _options = options;
        _time = time;
        _log = log;
        _hold = new StructureHold(options);
    }

    /// <summary>What the last run did; empty until all sources have been read once.</summary>
    public Latest<PipelineStatus> Status { get; } = new();

    /// <summary>The sources, in order of precedence.</summary>
    public IReadOnlyList<IMeshSource> Sources => [.. _sources.Select(s => s.Source)];

    /// <summary>Runs until cancelled; ends with <see cref="OperationCanceledException"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await FirstReadAsync(cancellationToken);
        _log.Synced(string.Join(", ", _sources.Select(s => s.Source.Name)));
        RunOnce();
        while (true)
        {
            await WorkAsync(cancellationToken);
            RunOnce();
        }
    }

    private async Task FirstReadAsync(CancellationToken cancellationToken)
    {
        foreach (var source in _sources)
        {
            while (source.Look() == SourceChange.None && source.Newest is null)
            {
                await source.Changed.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Returns when gathered changes are due, or when there is a proxy group without a snapshot.</summary>
    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var quiet = QuietPeriod.Of(_options);
        while (true)
        {
            var now = _time.GetUtcNow();
            foreach (var source in _sources)
            {
                quiet = quiet.Note(now, source.Look());
            }

            if (quiet.IsDue(now) || _hold.IsDue(now) || !ReferenceEquals(_groups.Current.Value, _seenGroups))
            {
                return;
            }

            await ChangeAsync(_hold.Earlier(quiet.DueAt), now, cancellationToken);
        }
    }

    private async Task ChangeAsync(DateTimeOffset? dueAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var wakeUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var due = dueAt is { } at ? at - now : Timeout.InfiniteTimeSpan;
        await Task.WhenAny([.. _sources.Select(s => s.Changed), _groups.Current.ChangedFrom(_seenGroups), Task.Delay(due, _time, wakeUp.Token)]);
        await wakeUp.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void RunOnce()
    {
        _seenGroups = _groups.Current.Value ?? GroupSet.Empty;
        var fragments = _hold.Admit(_sources, _time.GetUtcNow());
        Status.Publish(_run.Execute(fragments, _seenGroups.Keys));
    }
}
