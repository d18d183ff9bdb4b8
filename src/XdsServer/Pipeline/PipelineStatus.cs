using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.Pipeline;

/// <summary>What the pipeline did last, for readiness, the admin API and tests. Immutable.</summary>
public sealed record PipelineStatus
{
    /// <summary>Counts runs, from 1; a run that failed counts too.</summary>
    public required long Run { get; init; }

    /// <summary>When the run ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long composing and translating took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>The model in force: of the last run that did not fail. Null only when the first one failed.</summary>
    public required MeshModel? Model { get; init; }

    /// <summary>What is published: of the last run that did not fail.</summary>
    public required Translation? Translation { get; init; }

    /// <summary>What the last run stumbled over; null when it succeeded.</summary>
    public Diagnostic? Failure { get; init; }

    /// <summary>All that is known to be wrong: a failed run first, then the model's and the translators' diagnostics.</summary>
    public ImmutableArray<Diagnostic> Diagnostics =>
        [.. Failure is null ? [] : new[] { Failure }, .. Model?.Diagnostics ?? [], .. Translation?.Diagnostics ?? []];
}
