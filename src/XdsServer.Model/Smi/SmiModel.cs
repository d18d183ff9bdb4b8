using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>SMI's part of the model: the objects of all sources, and what they mean together.</summary>
public sealed record SmiModel
{
    /// <summary>No SMI objects at all.</summary>
    public static readonly SmiModel Empty = new();

    /// <summary>What became of each split, sorted by key.</summary>
    public ImmutableArray<SplitOutcome> Splits { get; init; } = [];

    /// <summary>Sorted by key.</summary>
    public ImmutableArray<RouteGroup> RouteGroups { get; init; } = [];

    /// <summary>Who may send what to whom, sorted by key.</summary>
    public ImmutableArray<AccessRule> AccessRules { get; init; } = [];

    internal SmiInputs Inputs { get; init; } = SmiInputs.None;

    /// <summary>What names in splits mean; the same as long as the services are. Null when there was no split yet.</summary>
    internal SplitNames? Names { get; init; }

    internal ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];
}

/// <summary>All that it is made from, besides services.</summary>
internal sealed record SmiInputs(
    ImmutableArray<TrafficSplit> Splits, ImmutableArray<RouteGroup> RouteGroups, ImmutableArray<PortRoute> PortRoutes, ImmutableArray<TrafficTarget> Targets, string ClusterDomain)
{
    public static readonly SmiInputs None = new([], [], [], [], "");

    public bool IsSame(SmiInputs other) =>
        ClusterDomain == other.ClusterDomain && IsSame(Splits, other.Splits) && IsSame(RouteGroups, other.RouteGroups) && IsSame(PortRoutes, other.PortRoutes) && IsSame(Targets, other.Targets);

    private static bool IsSame<T>(ImmutableArray<T> a, ImmutableArray<T> b)
        where T : class => a == b || a.SequenceEqual(b, ReferenceEquals);
}
