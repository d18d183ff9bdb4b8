using System.Collections.Immutable;
using System.Runtime.InteropServices;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>
/// A Kubernetes Service as read. It becomes a <see cref="MeshService"/> together with its slices, because only both know what a port speaks.
/// </summary>
internal sealed record KubernetesService : MeshObject
{
    /// <summary>Namespace and name.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>Its TCP ports.</summary>
    public required ImmutableArray<KubernetesPort> Ports { get; init; }

    /// <summary>Cluster IPs in the order of its families; empty for a headless one.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Its families, the preferred one first; empty when nobody said.</summary>
    public ImmutableArray<string> Families { get; init; } = [];

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A port of a Service.</summary>
/// <param name="Name">As written; empty for the only, unnamed one.</param>
/// <param name="Number">The service's number.</param>
/// <param name="Target">The number on the endpoints, when it is one; 0: a name, or the same.</param>
/// <param name="AppProtocol">As written, or empty.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KubernetesPort(string Name, int Number, int Target, string AppProtocol);

/// <summary>An EndpointSlice as read.</summary>
internal sealed record KubernetesSlice : MeshObject
{
    /// <summary>The Service that it belongs to.</summary>
    public required ServiceKey Service { get; init; }

    /// <summary><c>IPv4</c> or <c>IPv6</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Its TCP ports.</summary>
    public required ImmutableArray<SlicePort> Ports { get; init; }

    /// <summary>Its endpoints that may get traffic.</summary>
    public required ImmutableArray<SliceEndpoint> Endpoints { get; init; }
}

/// <summary>A port of a slice: the number that the Service's port of that name has here.</summary>
/// <param name="Name">Empty for the unnamed one.</param>
/// <param name="Number">0: any, as custom slices may say.</param>
/// <param name="AppProtocol">As written, or empty.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SlicePort(string Name, int Number, string AppProtocol);

/// <summary>An endpoint of a slice.</summary>
internal sealed record SliceEndpoint
{
    /// <summary>Canonical.</summary>
    public required string Address { get; init; }

    /// <summary>Healthy or draining.</summary>
    public required EndpointHealth Health { get; init; }

    /// <summary>The zone, or empty.</summary>
    public string Zone { get; init; } = "";

    /// <summary>The node, or empty.</summary>
    public string Node { get; init; } = "";

    /// <summary>What it runs in, to find the other family's address of the same pod; empty when unknown.</summary>
    public string TargetUid { get; init; } = "";
}
