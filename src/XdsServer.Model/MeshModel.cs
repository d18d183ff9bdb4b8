using System.Collections.Immutable;
using XdsServer.Model.Smi;

namespace XdsServer.Model;

/// <summary>A service with everything known of it.</summary>
/// <remarks>The same instance as in the model before when neither the service nor any of its endpoint objects changed.</remarks>
public sealed class ServiceEntry(MeshService service, ImmutableArray<ServiceEndpoints> endpoints)
{
    /// <summary>The service.</summary>
    public MeshService Service { get; } = service;

    /// <summary>Its endpoint objects of all sources, sorted by <see cref="ObjectRef"/>.</summary>
    public ImmutableArray<ServiceEndpoints> Endpoints { get; } = endpoints;
}

/// <summary>
/// The whole mesh: the fragments of all sources merged and cross-checked. The only input of the translators, immutable.
/// </summary>
public sealed class MeshModel
{
    /// <summary>The settings in force.</summary>
    public required MeshConfig Config { get; init; }

    /// <summary>Sorted by key, keys unique.</summary>
    public required ImmutableArray<ServiceEntry> Services { get; init; }

    /// <summary>Sorted by <see cref="ObjectRef"/>.</summary>
    public ImmutableArray<MeshRoute> Routes { get; init; } = [];

    /// <summary>Sorted by key, keys unique.</summary>
    public ImmutableArray<MeshGateway> Gateways { get; init; } = [];

    /// <summary>Sorted by key, keys unique.</summary>
    public ImmutableArray<MeshSecret> Secrets { get; init; } = [];

    /// <summary>Sorted by <see cref="ObjectRef"/>.</summary>
    public ImmutableArray<EnvoyResource> EnvoyResources { get; init; } = [];

    /// <summary>SMI's objects. What its splits mean stands among <see cref="Routes"/> too.</summary>
    public SmiModel Smi { get; init; } = SmiModel.Empty;

    /// <summary>The sources' diagnostics and those of merging, most severe first.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Services by key.</summary>
    public required IReadOnlyDictionary<ServiceKey, ServiceEntry> ServicesByKey { get; init; }

    /// <summary>
    /// Merges fragments, given in the order of their sources' priority, into one checked model. Pure. Of two objects with one key the
    /// first wins and a diagnostic names both. Entries and lists that did not change are those of <paramref name="previous"/>.
    /// </summary>
    public static MeshModel Compose(IReadOnlyList<MeshFragment> fragments, MeshModel? previous)
    {
        ArgumentNullException.ThrowIfNull(fragments);
        return EndpointPatch.Apply(fragments, previous) ?? new MeshComposition(fragments, previous).Compose();
    }

    /// <summary>What it was composed from; null when it was put together otherwise.</summary>
    internal ModelOrigin? Origin { get; private init; }

    /// <summary>The same with other services, which have the same keys, and with what was found while composing it.</summary>
    internal MeshModel With(SharedKeyDictionary<ServiceKey, ServiceEntry> services, ModelOrigin origin, ImmutableArray<Diagnostic> diagnostics) => new()
    {
        Config = Config,
        Services = services.Items,
        ServicesByKey = services,
        Routes = Routes,
        Gateways = Gateways,
        Secrets = Secrets,
        EnvoyResources = EnvoyResources,
        Smi = Smi,
        Diagnostics = diagnostics,
        Origin = origin,
    };
}

/// <summary>What a model was composed from, and what was found on the way.</summary>
/// <param name="Fragments">In the order of their sources' priority.</param>
/// <param name="Merged">The same, and services that follow from other objects as one fragment more.</param>
/// <param name="OfServiceMerge">What joining services with their endpoints found; taken over as long as neither changes.</param>
/// <param name="OfServices">What is wrong with the services themselves; taken over as long as none of them changes.</param>
/// <param name="OfMerging">All that was found, besides the sources' own diagnostics.</param>
internal sealed record ModelOrigin(
    ImmutableArray<MeshFragment> Fragments, ImmutableArray<MeshFragment> Merged, ImmutableArray<Diagnostic> OfServiceMerge, ImmutableArray<Diagnostic> OfServices, ImmutableArray<Diagnostic> OfMerging);
