using System.Threading.Channels;

namespace XdsServer.Sources.Files;

/// <summary>
/// Notifications of the operating system, as hints where to look: bounded, lossy, allowed to be wrong. Losing any of them, or all,
/// costs time and never a change, because everything is looked at regularly anyway.
/// </summary>
internal sealed class FileHints : IDisposable
{
    private const int MostQueued = 1024;

    private readonly Channel<(string Path, bool IsRename)> _hints = Channel.CreateBounded<(string, bool)>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly Func<string, FileSystemWatcher> _createWatcher;
    private readonly Dictionary<string, (FileSystemWatcher? Watcher, ulong Inode)> _watchers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private volatile bool _isEverythingSuspect;

    /// <summary>Creates the hints; nothing is watched yet.</summary>
    /// <param name="createWatcher">How a folder's watcher is made; tests let it fail.</param>
    public FileHints(Func<string, FileSystemWatcher> createWatcher) => _createWatcher = createWatcher;

    /// <summary>Completes when there is a hint.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _hints.Reader.WaitToReadAsync(cancellationToken).AsTask();

    /// <summary>Watches a path, again when it became another folder. Returns why it cannot be watched, or null.</summary>
    public string? Watch(string root)
    {
        var stamp = FileStamp.Of(root);
        if (_watchers.TryGetValue(root, out var known) && known.Inode == stamp.Inode)
        {
            return _failures.GetValueOrDefault(root);
        }

        known.Watcher?.Dispose();
        _watchers[root] = (null, stamp.Inode);
        _failures.Remove(root);
        try
        {
            if (stamp.Kind == FileKind.Folder)
            {
                _watchers[root] = (Start(root), stamp.Inode);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            _failures[root] = exception.Message;
            return exception.Message;
        }
    }

    /// <summary>What was hinted at since the last call; null: look at everything.</summary>
    public IReadOnlyDictionary<string, bool>? Take()
    {
        var taken = new Dictionary<string, bool>(StringComparer.Ordinal);
        var isEverything = _isEverythingSuspect;
        _isEverythingSuspect = false;
        while (_hints.Reader.TryRead(out var hint))
        {
            var name = Path.GetFileName(hint.Path.AsSpan());
            if (ManifestNames.IsManifest(name))
            {
                taken[hint.Path] = hint.IsRename || taken.GetValueOrDefault(hint.Path);
            }
            else
            {
                isEverything |= name.SequenceEqual(ManifestNames.SwapLink) || !ManifestNames.IsIgnored(name);
            }
        }

        return isEverything ? null : taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (watcher, _) in _watchers.Values)
        {
            watcher?.Dispose();
        }
    }

    private FileSystemWatcher Start(string root)
    {
        // The watcher does not follow a link at its own root, so it gets the folder behind it; hints are told in the root's terms.
        var real = new DirectoryInfo(root).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? root;
        var watcher = _createWatcher(real);
        watcher.IncludeSubdirectories = true;
        watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes;
        watcher.Created += (_, change) => Hint(change.FullPath, isRename: false);
        watcher.Changed += (_, change) => Hint(change.FullPath, isRename: false);
        watcher.Deleted += (_, change) => Hint(change.FullPath, isRename: false);
        watcher.Renamed += (_, change) =>
        {
            Hint(change.OldFullPath, isRename: false);
            Hint(change.FullPath, isRename: true);
        };
        watcher.Error += (_, _) => SuspectEverything();
        watcher.EnableRaisingEvents = true;
        return watcher;

        void Hint(string path, bool isRename)
        {
            var told = real == root ? path : string.Concat(root, path.AsSpan(real.Length));
            if (!_hints.Writer.TryWrite((told, isRename)))
            {
                SuspectEverything();
            }
        }
    }

    private void SuspectEverything()
    {
        _isEverythingSuspect = true;
        _hints.Writer.TryWrite((ManifestNames.SwapLink, false));
    }
}
