using System.IO.Enumeration;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>A manifest file that was found.</summary>
internal sealed record FoundFile(string Path, FileStamp Stamp)
{
    /// <summary>True in a mounted ConfigMap or Secret, whose files change all at once and are never written in place.</summary>
    public bool IsSwapped { get; init; }
}

/// <summary>
/// What stands under one configured path now. Folders that could not be listed are remembered, because what they held is then
/// unknown, not gone.
/// </summary>
internal sealed class FileTree
{
    private const int DeepestFolder = 64;

    private readonly HashSet<ulong> _openFolders = [];
    private readonly Dictionary<string, string?> _swapTargets = new(StringComparer.Ordinal);

    private FileTree(string root) => Root = root;

    /// <summary>The configured path.</summary>
    public string Root { get; }

    /// <summary>Whether the configured path itself is there.</summary>
    public bool Exists { get; private set; }

    /// <summary>In ordinal order of their paths.</summary>
    public List<FoundFile> Files { get; } = [];

    /// <summary>Folders whose content is unknown.</summary>
    public List<string> Unlisted { get; } = [];

    /// <summary>What went wrong.</summary>
    public List<Diagnostic> Diagnostics { get; } = [];

    /// <summary>
    /// Whether a missing file may count as deleted: only when some file with something in it is left. An empty or vanished folder is
    /// more likely an accident, or a volume that is being mounted.
    /// </summary>
    public bool HasContent => Files.Exists(file => file.Stamp.Size > 0);

    /// <summary>True when no mounted volume under here swapped its content since the listing: what was read belongs together.</summary>
    public bool IsStillSwapped() => _swapTargets.All(swap => LinkTarget(swap.Key) == swap.Value);

    /// <summary>Lists everything under a path.</summary>
    public static FileTree List(string root)
    {
        var tree = new FileTree(root);
        var stamp = FileStamp.Of(root);
        tree.Exists = stamp.Kind is not FileKind.Missing;
        if (stamp.Kind == FileKind.Folder)
        {
            tree.Visit(root, stamp, depth: 0);
        }
        else if (tree.Exists)
        {
            tree.Add(root, stamp);
        }

        tree.Files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return tree;
    }

    private void Visit(string folder, FileStamp stamp, int depth)
    {
        if (depth > DeepestFolder || (stamp.Inode != 0 && !_openFolders.Add(stamp.Inode)))
        {
            Report(Codes.LinkLoop, folder, "This folder leads back to itself through links, so it is not read again.", "Remove the link.");
            return;
        }

        var swapTarget = LinkTarget(folder);
        if (swapTarget is not null)
        {
            _swapTargets[folder] = swapTarget;
        }

        try
        {
            foreach (var (name, isFolder) in Entries(folder))
            {
                var path = Path.Join(folder, name);
                if (!isFolder)
                {
                    Add(path, FileStamp.Of(path), swapTarget is not null);
                }
                else if (!ManifestNames.IsIgnored(name))
                {
                    Visit(path, FileStamp.Of(path), depth + 1);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Unlisted.Add(folder);
            Report(Codes.Unreadable, folder, $"The folder cannot be listed: {exception.Message}", "Let the server's user read and enter it.");
        }

        _openFolders.Remove(stamp.Inode);
    }

    private static string? LinkTarget(string folder) => new FileInfo(Path.Join(folder, ManifestNames.SwapLink)).LinkTarget;

    private static FileSystemEnumerable<(string Name, bool IsFolder)> Entries(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory),
        new EnumerationOptions { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory || ManifestNames.IsManifest(entry.FileName),
    };

    private void Add(string path, FileStamp stamp, bool isSwapped = false)
    {
        switch (stamp.Kind)
        {
            case FileKind.Regular:
                Files.Add(new FoundFile(path, stamp) { IsSwapped = isSwapped });
                break;
            case FileKind.LinkLoop:
                Report(Codes.LinkLoop, path, "This link leads back to itself.", "Remove the link, or let it point to a file.");
                Unlisted.Add(path);
                break;
            case FileKind.Special:
                Report(Codes.Unreadable, path, "This is not a regular file.", "Replace it by a file.");
                Unlisted.Add(path);
                break;
            case FileKind.Refused:
                Report(Codes.Unreadable, path, "The system does not let the server look at this file.", "Let the server's user read it.");
                Unlisted.Add(path);
                break;
        }
    }

    private void Report(string code, string path, string message, string remedy) => Diagnostics.Add(new Diagnostic
    {
        Severity = Severity.Error,
        Code = code,
        Message = message,
        Remedy = remedy,
        Location = new SourceLocation(path, 1, 1),
    });
}
