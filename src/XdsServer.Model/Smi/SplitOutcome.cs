using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>What became of a split.</summary>
public enum SplitState
{
    /// <summary>It shapes its root's traffic.</summary>
    Applied,

    /// <summary>Its root does not exist yet.</summary>
    Waiting,

    /// <summary>Something is wrong with it, or another split wins.</summary>
    LeftOut,
}

/// <summary>A split, what it means, and why if it means nothing.</summary>
public sealed record SplitOutcome
{
    /// <summary>What its author wrote.</summary>
    public required TrafficSplit Split { get; init; }

    /// <summary>What became of it.</summary>
    public required SplitState State { get; init; }

    /// <summary>The service whose traffic it splits; null when it names none of its namespace.</summary>
    public ServiceKey? Root { get; init; }

    /// <summary>The groups that it refers to and that exist.</summary>
    public ImmutableArray<RouteGroup> Groups { get; init; } = [];

    /// <summary>What translators get; null unless it is applied.</summary>
    public MeshRoute? Route { get; init; }

    /// <summary>What is worth knowing about it.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];
}
