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

    /// <summary>True when nothing but endpoints, diagnostics and what the source says of itself can differ; seen by reference.</summary>
    public bool HasSameStructure(MeshFragment other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsSame(Services, other.Services)
            && IsSame(Routes, other.Routes)
            && IsSame(Gateways, other.Gateways)
            && IsSame(Secrets, other.Secrets)
            && IsSame(Configs, other.Configs)
            && IsSame(EnvoyResources, other.EnvoyResources)
            && IsSame(Splits, other.Splits)
            && IsSame(RouteGroups, other.RouteGroups)
            && IsSame(PortRoutes, other.PortRoutes)
            && IsSame(TrafficTargets, other.TrafficTargets);
    }

    /// <summary>True when both hold the same services and endpoints; seen by reference.</summary>
    public bool HasSameServices(MeshFragment other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsSame(Services, other.Services) && IsSame(Endpoints, other.Endpoints);
    }

    /// <summary>True when both hold the same objects, whatever the time at which they were confirmed.</summary>
    public bool HasSameContent(MeshFragment other) =>
        ReferenceEquals(this, other)
        || (HasSameStructure(other) && IsSame(Endpoints, other.Endpoints) && Diagnostics.AsSpan().SequenceEqual(other.Diagnostics.AsSpan()));

    private static bool IsSame<T>(ImmutableArray<T> left, ImmutableArray<T> right)
        where T : MeshObject
    {
        if (left == right)
        {
            return true;
        }

        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!ReferenceEquals(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }
}
