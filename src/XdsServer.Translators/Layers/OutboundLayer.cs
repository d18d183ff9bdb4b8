using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Layers;

/// <summary>
/// The mesh layer: the clusters and load assignments of all services, once for everybody. Each service is translated by itself and
/// only when something that it is made from changed.
/// </summary>
internal sealed class OutboundLayer
{
    private readonly ImmutableArray<ServiceResources> _services;

    private OutboundLayer(ImmutableArray<ServiceResources> services, ResourceLayer layer, ImmutableArray<Diagnostic> diagnostics)
    {
        _services = services;
        Layer = layer;
        Diagnostics = diagnostics;
        LoopbackPorts = [.. services.SelectMany(s => s.LoopbackPorts).Distinct().Order()];
    }

    /// <summary>The resources.</summary>
    public ResourceLayer Layer { get; }

    /// <summary>Ports of this machine's loopback addresses on which some endpoint listens, sorted.</summary>
    public ImmutableArray<int> LoopbackPorts { get; }

    /// <summary>What was left out.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>The layer of a model; <paramref name="previous"/> itself when no service's inputs changed.</summary>
    public static OutboundLayer Translate(MeshModel model, RouteCatalog routes, OutboundLayer? previous)
    {
        var before = previous?._services ?? [];
        var services = ImmutableArray.CreateBuilder<ServiceResources>(model.Services.Length);
        var at = 0;
        var isSame = before.Length == model.Services.Length;
        foreach (var entry in model.Services)
        {
            var inputs = new ServiceInputs(entry, routes.SubsetsOf(entry.Service.Key), model.Config.ConnectTimeout);
            var old = Find(before, entry.Service.Key, ref at);
            var made = old is not null && old.Inputs.IsSame(inputs) ? old : ServiceResources.Translate(inputs);
            isSame &= ReferenceEquals(made, old);
            services.Add(made);
        }

        return isSame && previous is not null ? previous : Create(services.MoveToImmutable(), previous);
    }

    private static OutboundLayer Create(ImmutableArray<ServiceResources> services, OutboundLayer? previous)
    {
        var layer = ResourceLayer.Create("mesh", services.SelectMany(s => s.Resources), previous?.Layer);
        return new OutboundLayer(services, layer, [.. services.SelectMany(s => s.Diagnostics)]);
    }

    // Both lists are sorted by key, so one walk along them finds every pair.
    private static ServiceResources? Find(ImmutableArray<ServiceResources> sorted, ServiceKey key, ref int at)
    {
        while (at < sorted.Length && sorted[at].Inputs.Entry.Service.Key.CompareTo(key) < 0)
        {
            at++;
        }

        return at < sorted.Length && sorted[at].Inputs.Entry.Service.Key == key ? sorted[at] : null;
    }
}
