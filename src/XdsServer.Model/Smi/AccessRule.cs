using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// Who may send what to whom, with all references resolved. Rules only ever allow; several add up. They are evaluated here and not
/// yet enforced by proxies.
/// </summary>
public sealed record AccessRule : MeshObject
{
    /// <summary>Whose workloads are asked.</summary>
    public required ServiceAccount Destination { get; init; }

    /// <summary>Whose workloads may ask; empty: nobody.</summary>
    public required ImmutableArray<ServiceAccount> Sources { get; init; }

    /// <summary>What may be asked for: any of these; empty: nothing.</summary>
    public required ImmutableArray<AccessGrant> Grants { get; init; }

    /// <summary>The specifications that it refers to.</summary>
    public ImmutableArray<ObjectRef> Origins { get; init; } = [];
}

/// <summary>What kind of traffic a grant is about.</summary>
public enum AccessTransport
{
    /// <summary>Single requests.</summary>
    Http,

    /// <summary>Whole connections.</summary>
    Tcp,

    /// <summary>Datagrams; Envoy cannot tell who sends them.</summary>
    Udp,
}

/// <summary>Something that is allowed.</summary>
/// <param name="Transport">What kind of traffic.</param>
/// <param name="Ports">On these ports of the destination; empty: on any.</param>
/// <param name="Matches">For <see cref="AccessTransport.Http"/>: requests for which one of these holds; at least one then.</param>
public sealed record AccessGrant(AccessTransport Transport, ImmutableArray<int> Ports, ImmutableArray<RouteMatch> Matches);
