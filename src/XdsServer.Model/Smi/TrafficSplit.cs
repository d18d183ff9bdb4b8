using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// SMI's <c>TrafficSplit</c> as its author wrote it. What it means depends on services and route groups that may stand elsewhere, so
/// <see cref="MeshModel.Compose"/> turns it into a <see cref="MeshRoute"/>.
/// </summary>
public sealed record TrafficSplit : MeshObject
{
    /// <summary>Namespace and name of the split itself.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>The service whose traffic is split, as written: a name, or a host name.</summary>
    public required string Root { get; init; }

    /// <summary>At least one, services unique, in the order written.</summary>
    public required ImmutableArray<SplitBackend> Backends { get; init; }

    /// <summary>Names of the <see cref="RouteGroup"/>s that requests must match; empty: all requests.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>When it was made; null for files. Of two that contend, the older one wins.</summary>
    public DateTimeOffset? Created { get; init; }
}

/// <summary>One share of a split.</summary>
/// <param name="Service">As written.</param>
/// <param name="Weight">Relative to the other backends' weights; 0: none.</param>
public sealed record SplitBackend(string Service, uint Weight);
