using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Routes;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators.Layers;

/// <summary>
/// What a proxy group's own layers can be made from, its own service and machine aside. One instance as long as nothing in it changes, so
/// that a group sees with one look that its layers stay.
/// </summary>
internal sealed class MeshStructure
{
    /// <summary>Services without endpoints; the instance stays as long as no service changes.</summary>
    public required ServiceCatalog Services { get; init; }

    /// <summary>Routes; the instance stays as long as no route changes.</summary>
    public required RouteCatalog Routes { get; init; }

    /// <summary>What all egress route configurations have in common; follows from services and routes.</summary>
    public required RouteFacts Facts { get; init; }

    /// <summary>Routes of services with TCP ports; the instance stays as long as none of these changes.</summary>
    public required RouteCatalog TcpRoutes { get; init; }

    /// <summary>Routes of services with gRPC ports; the instance stays as long as none of these changes.</summary>
    public required RouteCatalog GrpcRoutes { get; init; }

    /// <summary>Secrets; the instance stays as long as no secret changes.</summary>
    public required SecretCatalog Secrets { get; init; }

    /// <summary>The settings in force.</summary>
    public required MeshConfig Config { get; init; }

    /// <summary>Sorted by key.</summary>
    public required ImmutableArray<MeshGateway> Gateways { get; init; }

    /// <summary>Raw resources and patches.</summary>
    public required ImmutableArray<EnvoyResource> EnvoyResources { get; init; }

    /// <summary>Ports of this machine's loopback addresses on which some endpoint listens, sorted.</summary>
    public required ImmutableArray<int> LoopbackPorts { get; init; }

    /// <summary>This, or <paramref name="previous"/> when it says the same.</summary>
    public MeshStructure OrSame(MeshStructure? previous) => previous is not null && IsSame(previous) ? previous : this;

    private bool IsSame(MeshStructure other) =>
        ReferenceEquals(Services, other.Services)
        && ReferenceEquals(Routes, other.Routes)
        && ReferenceEquals(TcpRoutes, other.TcpRoutes)
        && ReferenceEquals(GrpcRoutes, other.GrpcRoutes)
        && ReferenceEquals(Secrets, other.Secrets)
        && ReferenceEquals(Config, other.Config)
        && References.AreSame(Gateways, other.Gateways)
        && References.AreSame(EnvoyResources, other.EnvoyResources)
        && LoopbackPorts.AsSpan().SequenceEqual(other.LoopbackPorts.AsSpan());
}
