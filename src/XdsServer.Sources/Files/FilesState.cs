using System.Security.Cryptography;
using XdsServer.Model;

namespace XdsServer.Sources.Files;

/// <summary>
/// All files of a source and the rules by which changes come into force. It does the I/O and no waiting: every look returns when to
/// look again. Owned by one loop.
/// </summary>
/// <remarks>
/// A renamed file counts at once, because a rename is whole. A file written in place must stay unchanged for a moment; a longer one
/// when it looks half-written. A file that is gone keeps its objects for a moment, and for good when nothing else is left.
/// </remarks>
internal sealed class FilesState(FilesSourceOptions options)
{
    private const int MostSwapTries = 3;

    private readonly Dictionary<string, FileState> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileTree> _trees = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seenRoots = new(StringComparer.Ordinal);
    private bool _isFirst = true;
    private long _look;
    private TimeSpan? _nextLook;

    /// <summary>The files, in no order.</summary>
    public IReadOnlyCollection<FileState> Files => _files.Values;

    /// <summary>The file of that path, or null.</summary>
    public FileState? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Paths whose content changed since the last call of <see cref="TakeChanged"/>.</summary>
    private HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>How a file's bytes are read; replaced by tests that need a failing disk.</summary>
    public Func<string, byte[]> ReadBytes { get; init; } = FileBytes.Read;

    /// <summary>What is wrong with the folders themselves.</summary>
    public IEnumerable<Diagnostic> FolderDiagnostics => options.Paths.SelectMany(root => _trees[root].Diagnostics.Concat(EmptyRoot(root)));

    /// <summary>Looks at everything.</summary>
    /// <param name="now">A clock that only runs forward.</param>
    /// <param name="renamed">Files known to have arrived by a rename.</param>
    /// <returns>When to look again at the latest, on the same clock; null: nothing is pending.</returns>
    public TimeSpan? LookAtAll(TimeSpan now, IReadOnlySet<string>? renamed = null)
    {
        for (var tries = 0; tries < MostSwapTries; tries++)
        {
            _nextLook = null;
            foreach (var root in options.Paths)
            {
                _trees[root] = FileTree.List(root);
            }

            LookAtFound(now, renamed);
            if (_trees.Values.All(tree => tree.IsStillSwapped()))
            {
                break;
            }
        }

        _seenRoots.UnionWith(_trees.Values.Where(tree => tree.Files.Count > 0).Select(tree => tree.Root));
        return _nextLook;
    }

    /// <summary>Looks at some files, and at those with something pending.</summary>
    /// <param name="paths">The files; true: it arrived by a rename.</param>
    /// <param name="now">As in <see cref="LookAtAll"/>.</param>
    /// <returns>As in <see cref="LookAtAll"/>.</returns>
    public TimeSpan? LookAt(IReadOnlyDictionary<string, bool> paths, TimeSpan now)
    {
        var stamps = paths.Keys.Concat(_files.Values.Where(file => file.Pending is not null).Select(file => file.Path))
            .Distinct(StringComparer.Ordinal)
            .Select(path => new FoundFile(path, FileStamp.Of(path)))
            .ToList();
        var isSomeGone = _files.Values.Any(file => file.GoneSince is not null) || stamps.Exists(file => file.Stamp.Kind != FileKind.Regular);
        if (isSomeGone)
        {
            return LookAtAll(now, paths.Where(path => path.Value).Select(path => path.Key).ToHashSet(StringComparer.Ordinal));
        }

        _nextLook = null;
        _look++;
        foreach (var file in stamps)
        {
            Look(file, paths.GetValueOrDefault(file.Path), isThorough: false, now);
        }

        return _nextLook;
    }

    /// <summary>The paths whose content changed since the last call.</summary>
    public IReadOnlyCollection<string> TakeChanged()
    {
        string[] taken = [.. Changed];
        Changed.Clear();
        return taken;
    }

    private void LookAtFound(TimeSpan now, IReadOnlySet<string>? renamed)
    {
        var found = _trees.Values.SelectMany(tree => tree.Files);
        if (_isFirst)
        {
            ReadFirst([.. found.DistinctBy(file => file.Path, StringComparer.Ordinal)]);
        }

        _look++;
        foreach (var file in found)
        {
            Look(file, renamed?.Contains(file.Path) == true || file.IsSwapped, isThorough: true, now);
        }

        foreach (var file in _files.Values.Where(file => file.FoundIn != _look).ToList())
        {
            LookForGone(file, now);
        }

        _isFirst = false;
    }

    /// <summary>The first look reads everything in parallel: nothing is in force yet, so nothing can be lost.</summary>
    private void ReadFirst(List<FoundFile> found)
    {
        var contents = new (FileContent? Content, Diagnostic? Problem)[found.Count];
        Parallel.For(0, found.Count, i => contents[i] = Read(found[i].Path, found[i].Stamp, previous: null));
        for (var i = 0; i < found.Count; i++)
        {
            var file = _files[found[i].Path] = new FileState(found[i].Path);
            Conclude(file, found[i].Stamp, contents[i]);
        }
    }

    private void Look(FoundFile found, bool isWhole, bool isThorough, TimeSpan now)
    {
        var (path, stamp) = (found.Path, found.Stamp);
        if (!_files.TryGetValue(path, out var file))
        {
            file = _files[path] = new FileState(path);
        }

        // It may stand under two of the configured paths.
        if (file.FoundIn == _look)
        {
            return;
        }

        (file.FoundIn, file.GoneSince) = (_look, null);
        if (file.Pending is { } pending && pending.Stamp == stamp && !isWhole)
        {
            Settle(file, pending, now);
            return;
        }

        if (file.Stamp == stamp && file.Pending is null && !(isThorough && (file.NeedsSecondLook || stamp.IsWeak)))
        {
            return;
        }

        var read = Read(path, stamp, file.Content);
        if (read.Content is { } content && file.Content is { } current && content.Digest.AsSpan().SequenceEqual(current.Digest))
        {
            file.Confirm(stamp);
        }
        else if (read.Content is { } fresh && !(isWhole && FileStamp.Of(path) == stamp))
        {
            var wait = fresh.IsDoubtful(file.Content) ? options.DoubtfulSettleTime : options.SettleTime;
            file.Wait(new PendingChange(stamp, fresh, now + wait));
            LookAgain(now + wait);
        }
        else
        {
            Conclude(file, stamp, read);
        }
    }

    private void Settle(FileState file, PendingChange pending, TimeSpan now)
    {
        if (now < pending.DueAt)
        {
            LookAgain(pending.DueAt);
            return;
        }

        Conclude(file, pending.Stamp, (pending.Content, null));
    }

    private void Conclude(FileState file, FileStamp stamp, (FileContent? Content, Diagnostic? Problem) read)
    {
        if (read.Content is { } content)
        {
            file.Accept(stamp, content);
        }
        else
        {
            file.Fail(stamp, read.Problem!);
        }

        Changed.Add(file.Path);
    }

    private (FileContent? Content, Diagnostic? Problem) Read(string path, FileStamp stamp, FileContent? previous)
    {
        if (stamp.Size > options.Limits.MaxFileBytes)
        {
            return (null, FileDiagnostics.TooLarge(path, options.Limits));
        }

        try
        {
            var bytes = ReadBytes(path);
            var digest = SHA256.HashData(bytes);
            return previous is not null && digest.AsSpan().SequenceEqual(previous.Digest)
                ? (previous, null)
                : (FileContent.Decode(bytes, digest, path, options, previous), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, FileDiagnostics.Unreadable(path, exception.Message));
        }
    }

    private void LookForGone(FileState file, TimeSpan now)
    {
        var root = RootOf(file.Path);
        var tree = root is null ? null : _trees[root];
        if (tree is null || tree.Unlisted.Exists(folder => IsWithin(file.Path, folder)) || !tree.HasContent)
        {
            return;
        }

        file.GoneSince ??= now;
        if (now - file.GoneSince < options.VanishTime)
        {
            LookAgain(file.GoneSince.Value + options.VanishTime);
            return;
        }

        _files.Remove(file.Path);
        Changed.Add(file.Path);
    }

    private IEnumerable<Diagnostic> EmptyRoot(string root)
    {
        var tree = _trees[root];
        if (tree.Files.Count > 0 || tree.Unlisted.Count > 0)
        {
            return [];
        }

        return _seenRoots.Contains(root) ? [FileDiagnostics.NothingLeft(root, tree.Exists)]
            : tree.Exists ? []
            : [FileDiagnostics.PathMissing(root)];
    }

    private string? RootOf(string path) => options.Paths.FirstOrDefault(root => IsWithin(path, root));

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || folder.EndsWith(Path.DirectorySeparatorChar) || path[folder.Length] == Path.DirectorySeparatorChar);

    private void LookAgain(TimeSpan at) => _nextLook = _nextLook is { } next && next < at ? next : at;
}
