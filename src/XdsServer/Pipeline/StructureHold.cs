using XdsServer.Model;
using XdsServer.Options;

namespace XdsServer.Pipeline;

/// <summary>
/// In a large mesh, holds everything but endpoints back until enough time has passed since it was published last: Envoy rebuilds a
/// route table of that size for every change of it. Endpoints always pass, as part of the structure that is already published.
/// Owned by the pipeline's loop.
/// </summary>
internal sealed class StructureHold(PipelineOptions options)
{
    private DateTimeOffset? _lastStructure;
    private DateTimeOffset? _heldUntil;

    /// <summary>True when something was held back and may go now.</summary>
    public bool IsDue(DateTimeOffset now) => _heldUntil <= now;

    /// <summary>The earlier of the given time and the time at which held content may go.</summary>
    public DateTimeOffset? Earlier(DateTimeOffset? dueAt) => dueAt is null || _heldUntil < dueAt ? _heldUntil ?? dueAt : dueAt;

    /// <summary>The fragments to compose now.</summary>
    public IReadOnlyList<MeshFragment> Admit(IReadOnlyList<SourceInputState> sources, DateTimeOffset now)
    {
        var isStructural = sources.Any(s => s.Composed is null || !s.Composed.HasSameStructure(s.Newest!));
        if (isStructural && MustWait(sources, now))
        {
            _heldUntil = _lastStructure + options.LargeMeshRouteInterval;
            return [.. sources.Select(WithNewEndpointsOnly)];
        }

        _heldUntil = null;
        _lastStructure = isStructural ? now : _lastStructure;
        return [.. sources.Select(s => s.Composed = s.Newest!)];
    }

    private bool MustWait(IReadOnlyList<SourceInputState> sources, DateTimeOffset now) =>
        options.LargeMeshServices > 0
        && sources.Sum(s => s.Composed?.Services.Length ?? 0) >= options.LargeMeshServices
        && now < _lastStructure + options.LargeMeshRouteInterval;

    // The composed structure with today's endpoints is what the pipeline compares with next time, so that the rest still counts as new.
    private static MeshFragment WithNewEndpointsOnly(SourceInputState source) =>
        source.Composed = source.Composed! with { Endpoints = source.Newest!.Endpoints, Diagnostics = source.Newest.Diagnostics, AsOf = source.Newest.AsOf };
}
