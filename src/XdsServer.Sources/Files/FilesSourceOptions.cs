using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>What a <see cref="FilesSource"/> reads, and how.</summary>
public sealed record FilesSourceOptions
{
    /// <summary>The source's name, part of every <see cref="Model.ObjectRef"/>.</summary>
    public string Name { get; init; } = "files";

    /// <summary>Folders (read with all their subfolders) or single files.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>How often everything is looked at, whether or not notifications work: some file systems deliver none.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether to ask the system for notifications. They only make a change seen sooner.</summary>
    public bool UseNotifications { get; init; } = true;

    /// <summary>How long a file written in place must stay as it is before it counts, when its content looks whole.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The same, when it looks half-written: it cannot be parsed, lost objects, or ends within a line.</summary>
    public TimeSpan DoubtfulSettleTime { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a file must be gone before its objects go: editors remove a file and write it anew.</summary>
    public TimeSpan VanishTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What one file may cost.</summary>
    public ManifestLimits Limits { get; init; } = ManifestLimits.Default;
}
