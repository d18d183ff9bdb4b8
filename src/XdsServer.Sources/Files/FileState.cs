using XdsServer.Model;

namespace XdsServer.Sources.Files;

/// <summary>A change that was seen and must stay as it is for a while before it counts.</summary>
internal sealed record PendingChange(FileStamp Stamp, FileContent Content, TimeSpan DueAt);

/// <summary>What is known of one file. Owned by the one loop of its source.</summary>
internal sealed class FileState(string path)
{
    /// <summary>Its path, as found under the configured one.</summary>
    public string Path { get; } = path;

    /// <summary>Its fingerprint when <see cref="Content"/> was read.</summary>
    public FileStamp Stamp { get; private set; }

    /// <summary>What is in force; null before anything was.</summary>
    public FileContent? Content { get; private set; }

    /// <summary>What is waiting to come into force.</summary>
    public PendingChange? Pending { get; private set; }

    /// <summary>The number of the look that found it last.</summary>
    public long FoundIn { get; set; }

    /// <summary>When it was first found gone.</summary>
    public TimeSpan? GoneSince { get; set; }

    /// <summary>
    /// True until the content was read once more: two writes within one tick of the file system's clock leave the same fingerprint.
    /// </summary>
    public bool NeedsSecondLook { get; private set; }

    /// <summary>Nothing changed but perhaps the fingerprint.</summary>
    public void Confirm(FileStamp stamp)
    {
        (Stamp, Pending, NeedsSecondLook) = (stamp, null, false);
    }

    /// <summary>Puts a content off.</summary>
    public void Wait(PendingChange change) => Pending = change;

    /// <summary>Puts a content into force; an emptied file keeps its objects.</summary>
    public void Accept(FileStamp stamp, FileContent content)
    {
        var isEmptied = content.IsBlank && Content is { Objects.IsEmpty: false };
        Content = isEmptied ? Content!.WithProblem(FileDiagnostics.Emptied(Path)) : content;
        NeedsSecondLook = Stamp != default;
        (Stamp, Pending) = (stamp, null);
    }

    /// <summary>Keeps the objects and says why they cannot be refreshed.</summary>
    public void Fail(FileStamp stamp, Diagnostic problem)
    {
        Content = Content is null ? FileContent.Refused(problem) : Content.WithProblem(problem);
        (Stamp, Pending, NeedsSecondLook) = (stamp, null, true);
    }
}
