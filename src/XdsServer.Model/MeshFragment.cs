using System.Collections.Immutable;
using XdsServer.Model.Smi;

namespace XdsServer.Model;

/// <summary>
/// All that one source knows now. A new fragment shares the instances of every object that did not change with the one before.
/// Lists are sorted by <see cref="ObjectRef"/>, so equal content gives equal fragments.
/// </summary>
public sealed record MeshFragment
{
    /// <summary>The source's name.</summary>
    public required string Source { get; init; }

    /// <summary>False until the source has read everything once. Nothing is published before every required source is synced.</summary>
    public required bool IsSynced { get; init; }

    /// <summary>When the source last confirmed that this is current.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>Why the source cannot refresh at the moment; empty when it can. The content is the last good one.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Services.</summary>
    public ImmutableArray<MeshService> Services { get; init; } = [];

    /// <summary>Endpoints; a service may have several of these.</summary>
    public ImmutableArray<ServiceEndpoints> Endpoints { get; init; } = [];

    /// <summary>Routes.</summary>
    public ImmutableArray<MeshRoute> Routes { get; init; } = [];

    /// <summary>Gateways.</summary>
    public ImmutableArray<MeshGateway> Gateways { get; init; } = [];

    /// <summary>Certificates and roots.</summary>
    public ImmutableArray<MeshSecret> Secrets { get; init; } = [];

    /// <summary>Mesh-wide settings.</summary>
    public ImmutableArray<MeshConfig> Configs { get; init; } = [];

    /// <summary>Raw Envoy resources and patches.</summary>
    public ImmutableArray<EnvoyResource> EnvoyResources { get; init; } = [];

    /// <summary>SMI's traffic splits.</summary>
    public ImmutableArray<TrafficSplit> Splits { get; init; } = [];

    /// <summary>SMI's HTTP route groups.</summary>
    public ImmutableArray<RouteGroup> RouteGroups { get; init; } = [];

    /// <summary>SMI's TCP and UDP routes.</summary>
    public ImmutableArray<PortRoute> PortRoutes { get; init; } = [];

    /// <summary>SMI's traffic targets.</summary>
    public ImmutableArray<TrafficTarget> TrafficTargets { get; init; } = [];

    /// <summary>What is wrong with this source's objects.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];
}
