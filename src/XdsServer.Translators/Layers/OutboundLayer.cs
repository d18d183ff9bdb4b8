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

    private OutboundLayer(ImmutableArray<ServiceResources> services, ResourceLayer layer)
    {
        _services = services;
        Layer = layer;
        Diagnostics = [.. services.SelectMany(s => s.Diagnostics)];
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
        var changed = new List<ServiceResources>();
        var services = ImmutableArray.CreateBuilder<ServiceResources>(model.Services.Length);
        var at = 0;
        foreach (var entry in model.Services)
        {
            var inputs = new ServiceInputs(entry, routes.SubsetsOf(entry.Service.Key), model.Config.ConnectTimeout);
            var old = Find(before, entry.Service.Key, ref at);
            var made = old is not null && old.Inputs.IsSame(inputs) ? old : ServiceResources.Translate(inputs);
            if (!ReferenceEquals(made, old))
            {
                changed.Add(made);
            }

            services.Add(made);
        }

        var all = services.MoveToImmutable();
        if (previous is null)
        {
            return new OutboundLayer(all, ResourceLayer.Create("mesh", all.SelectMany(s => s.Resources), previous: null));
        }

        return changed.Count == 0 && all.Length == before.Length ? previous : previous.With(all, changed, model);
    }

    // Only what changed is handed to the layer: ten thousand services that stay cost nothing.
    private OutboundLayer With(ImmutableArray<ServiceResources> services, List<ServiceResources> changed, MeshModel model)
    {
        var changedKeys = changed.Select(c => c.Inputs.Service.Key).ToHashSet();
        var put = changed.SelectMany(c => c.Resources).ToList();
        var kept = put.Select(r => new ResourceName(r.Type, r.Name)).ToHashSet();
        var gone = _services
            .Where(s => changedKeys.Contains(s.Inputs.Service.Key) || !model.ServicesByKey.ContainsKey(s.Inputs.Service.Key))
            .SelectMany(s => s.Resources)
            .Select(r => new ResourceName(r.Type, r.Name))
            .Where(n => !kept.Contains(n))
            .ToList();
        return new OutboundLayer(services, Layer.With(put, gone));
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
