using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>SMI's <c>TCPRoute</c> and <c>UDPRoute</c>: ports, which access rules refer to.</summary>
public sealed record PortRoute : MeshObject
{
    /// <summary>Namespace and name.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>True for a <c>UDPRoute</c>.</summary>
    public bool IsUdp { get; init; }

    /// <summary>The ports, sorted; empty: all.</summary>
    public ImmutableArray<int> Ports { get; init; } = [];
}
