using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Clusters;

namespace XdsServer.Translators.Layers;

/// <summary>All that the mesh layer is made from.</summary>
/// <param name="Entries">Sorted by key.</param>
internal sealed record OutboundInputs(ServiceCatalog Services, ImmutableArray<ServiceEntry> Entries, SubsetCatalog Subsets, TimeSpan ConnectTimeout)
{
    /// <summary>What one service's resources are made from.</summary>
    public ServiceInputs Of(ServiceEntry entry) => new(entry, Subsets.Of(entry.Service.Key), ConnectTimeout);

    /// <summary>True when the services, their endpoints aside, are the same.</summary>
    public bool HasSameServices(OutboundInputs other) => ReferenceEquals(Services, other.Services);

    /// <summary>True when nothing but entries' endpoints can differ.</summary>
    public bool DiffersInEndpointsOnly(OutboundInputs other) => HasSameServices(other) && ReferenceEquals(Subsets, other.Subsets) && ConnectTimeout == other.ConnectTimeout;
}
