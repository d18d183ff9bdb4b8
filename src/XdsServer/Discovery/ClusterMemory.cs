using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// What state-of-the-world clients of each group were served, kept in a file over restarts: a client that comes back to a new process still routes to clusters
/// that went meanwhile, and must be offered them until it has its new routes (envoy-measured rule 11; ADR 9). Off without a folder.
/// </summary>
internal sealed class ClusterMemory
{
    private const string FileName = "served-clusters";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // A disk that is full stays so for a while.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly TimeSpan _keep;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _started;

    // By group, from the process before this one.
    private IReadOnlyDictionary<string, ImmutableArray<Resource>> _before = ImmutableDictionary<string, ImmutableArray<Resource>>.Empty;
    private bool _hasFailed;

    public ClusterMemory(string folder, TimeSpan keep, TimeProvider time, ILogger log)
    {
        (_folder, _keep, _time, _log, _started) = (folder, keep, time, log, time.GetTimestamp());
        if (IsOn && File.Exists(FilePath))
        {
            Load();
        }
    }

    /// <summary>A folder was named.</summary>
    public bool IsOn => _folder.Length > 0;

    private string FilePath => Path.Combine(_folder, FileName);

    private bool IsRecent => _time.GetElapsedTime(_started) <= _keep;

    /// <summary>What clients of this group were served before this process began; nothing once that is long ago.</summary>
    public ImmutableArray<Resource> Of(string group) => IsRecent && _before.TryGetValue(group, out var clusters) ? clusters : [];

    /// <summary>
    /// Writes the file whenever a history has come, changed or gone, away from all streams, until cancelled. What could not be written is tried again.
    /// </summary>
    public async Task RunAsync(Func<IReadOnlyList<SnapshotHistory>> histories, CancellationToken cancellationToken)
    {
        List<(SnapshotHistory History, long Version)> written = [];
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // Each with its own version: those of several groups, added up, may come to the same although all have changed.
            var served = histories().Where(h => h.IsUsedInSotw).Select(h => (History: h, h.Version)).ToList();
            if (served.SequenceEqual(written))
            {
                continue;
            }

            if (await SaveAsync(Contents(served.Select(s => s.History)), cancellationToken))
            {
                written = served;
            }
            else
            {
                await Task.Delay(RetryInterval, _time, cancellationToken);
            }
        }
    }

    private List<(string Group, ImmutableArray<Resource> Clusters)> Contents(IEnumerable<SnapshotHistory> served)
    {
        var groups = served.GroupBy(h => h.Group, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Served(), StringComparer.Ordinal);
        return [.. groups.Select(g => (g.Key, g.Value)), .. _before.Where(b => IsRecent && !groups.ContainsKey(b.Key)).Select(b => (b.Key, b.Value))];
    }

    // A file that cannot be read is as good as none: the server starts, as it does without this memory.
    private void Load()
    {
        try
        {
            _before = ServedClusters.Read(File.ReadAllBytes(FilePath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Log.MemoryUnreadable(_log, FilePath, e.Message);
        }
    }

    private async Task<bool> SaveAsync(IReadOnlyList<(string Group, ImmutableArray<Resource> Clusters)> groups, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            var next = FilePath + ".next";
            await File.WriteAllBytesAsync(next, ServedClusters.Write(groups), cancellationToken);
            File.Move(next, FilePath, overwrite: true);
            _hasFailed = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed)
            {
                Log.MemoryUnwritable(_log, FilePath, e.Message);
            }

            _hasFailed = true;
            return false;
        }
    }
}
