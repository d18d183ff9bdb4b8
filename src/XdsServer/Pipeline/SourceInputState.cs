using XdsServer.Model;
using XdsServer.Options;

namespace XdsServer.Pipeline;

/// <summary>
/// What the pipeline holds of one source: the newest fragment that it has looked at, and the one that is in the model.
/// Owned by the pipeline's loop.
/// </summary>
internal sealed class SourceInputState(IMeshSource source, PipelineOptions options)
{
    private MeshFragment? _noted;

    /// <summary>Which source.</summary>
    public IMeshSource Source { get; } = source;

    /// <summary>The newest synced fragment; null before the first.</summary>
    public MeshFragment? Newest { get; private set; }

    /// <summary>The fragment that the current model was composed from.</summary>
    public MeshFragment? Composed { get; set; }

    /// <summary>Completes when the source has something newer than what was looked at last.</summary>
    public Task Changed => Source.Fragment.ChangedFrom(_noted);

    /// <summary>
    /// Looks at the source's newest fragment. A source that is no longer synced keeps its last good fragment, and a fragment that
    /// only confirms the one before is not a change. One that takes away too much at once adds to the diagnostics and nothing else.
    /// </summary>
    public SourceChange Look()
    {
        var fragment = Source.Fragment.Value;
        if (fragment is null || ReferenceEquals(fragment, _noted))
        {
            return SourceChange.None;
        }

        _noted = fragment;
        if (!fragment.IsSynced || (Newest is not null && Newest.HasSameContent(fragment)))
        {
            return SourceChange.None;
        }

        if (Newest is not null && ShrinkGuard.Check(Newest, fragment, options) is { } held)
        {
            Newest = Newest with { Diagnostics = [.. fragment.Diagnostics, held] };
            return SourceChange.Structure;
        }

        var change = Between(Newest, fragment);
        Newest = fragment;
        return change;
    }

    private static SourceChange Between(MeshFragment? before, MeshFragment after) =>
        before is null || Departures.Between(before, after) ? SourceChange.Urgent
        : before.HasSameStructure(after) ? SourceChange.Endpoints
        : SourceChange.Structure;
}

/// <summary>How a source has changed; the greater one counts.</summary>
internal enum SourceChange
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Endpoints have come or changed, and nothing else has.</summary>
    Endpoints,

    /// <summary>Anything else.</summary>
    Structure,

    /// <summary>Endpoints have departed, or the source was read for the first time.</summary>
    Urgent,
}
