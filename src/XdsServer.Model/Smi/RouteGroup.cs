using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>SMI's <c>HTTPRouteGroup</c>: named kinds of requests, which splits and access rules refer to.</summary>
public sealed record RouteGroup : MeshObject
{
    /// <summary>Namespace and name.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>At least one, names unique.</summary>
    public required ImmutableArray<NamedMatch> Matches { get; init; }
}

/// <summary>One kind of request of a group.</summary>
/// <param name="Name">Unique in its group.</param>
/// <param name="AnyOf">A request is of this kind when one of these holds; at least one.</param>
public sealed record NamedMatch(string Name, ImmutableArray<RouteMatch> AnyOf);
