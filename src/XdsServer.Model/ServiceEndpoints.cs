using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>What a source says of an endpoint's health.</summary>
public enum EndpointHealth
{
    /// <summary>Takes traffic.</summary>
    Healthy,

    /// <summary>Takes none.</summary>
    Unhealthy,

    /// <summary>Finishes what it has and takes nothing new, unless nothing else is left.</summary>
    Draining,
}

/// <summary>A place in the world, from coarse to fine; parts may be empty.</summary>
public readonly record struct Locality(string Region, string Zone, string SubZone)
{
    /// <summary>Nowhere in particular.</summary>
    public static readonly Locality None = new("", "", "");
}

/// <summary>One instance of a service.</summary>
public sealed record Endpoint
{
    /// <summary>An IP address in canonical form, a host name (with <see cref="Resolution.Dns"/>), or <c>unix:///path</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The port on that address for each service port, by the service port's name. Empty for Unix sockets.</summary>
    public required ImmutableSortedDictionary<string, int> Ports { get; init; }

    /// <summary>Relative share; at least 1. Null: no opinion.</summary>
    public int? Weight { get; init; }

    /// <summary>0 is used first.</summary>
    public int Priority { get; init; }

    /// <summary>What the source says.</summary>
    public EndpointHealth Health { get; init; }

    /// <summary>Where it runs.</summary>
    public Locality Locality { get; init; } = Locality.None;

    /// <summary>For subsets and for telemetry.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A SPIFFE id, or empty.</summary>
    public string Identity { get; init; } = "";

    /// <summary>The node (machine) it runs on, or empty.</summary>
    public string Node { get; init; } = "";

    /// <summary>True for an address of the form <c>unix:///path</c>.</summary>
    public bool IsUnixSocket => Address.StartsWith("unix://", StringComparison.Ordinal);
}

/// <summary>
/// Where a service runs, as one object of one source says it. It is an object of its own because it changes most often, and its
/// changes must not touch the service.
/// </summary>
public sealed record ServiceEndpoints : MeshObject
{
    /// <summary>The service that these belong to.</summary>
    public required ServiceKey Service { get; init; }

    /// <summary>Its instances.</summary>
    public required ImmutableArray<Endpoint> Endpoints { get; init; }
}
