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
    private readonly OutboundInputs _inputs;
    private readonly ImmutableArray<ServiceResources> _services;

    private OutboundLayer(OutboundInputs inputs, ImmutableArray<ServiceResources> services, ResourceLayer layer, OutboundLayer? previous)
    {
        _inputs = inputs;
        _services = services;
        Layer = layer;
        ImmutableArray<Diagnostic> diagnostics = [.. services.SelectMany(s => s.Diagnostics)];
        Diagnostics = previous is not null && diagnostics.SequenceEqual(previous.Diagnostics, ReferenceEquals) ? previous.Diagnostics : diagnostics;
        LoopbackPorts = [.. services.SelectMany(s => s.LoopbackPorts).Distinct().Order()];
    }

    private OutboundLayer(OutboundInputs inputs, ImmutableArray<ServiceResources> services, ResourceLayer layer, ImmutableArray<Diagnostic> diagnostics, ImmutableArray<int> loopbackPorts) =>
        (_inputs, _services, Layer, Diagnostics, LoopbackPorts) = (inputs, services, layer, diagnostics, loopbackPorts);

    /// <summary>The resources.</summary>
    public ResourceLayer Layer { get; }

    /// <summary>Ports of this machine's loopback addresses on which some endpoint listens, sorted.</summary>
    public ImmutableArray<int> LoopbackPorts { get; }

    /// <summary>What was left out.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>Ports on which endpoints of a service listen; none when there is no such service.</summary>
    public ImmutableArray<int> PortsOf(ServiceKey service) => _inputs.Services.IndexOf(service) is var at and >= 0 ? _services[at].Ports : [];

    /// <summary>The layer of these inputs; that of <paramref name="previous"/> when no service's inputs changed.</summary>
    public static OutboundLayer Translate(OutboundInputs inputs, OutboundLayer? previous)
    {
        if (previous is not null && inputs.DiffersInEndpointsOnly(previous._inputs))
        {
            return previous.Patch(inputs);
        }

        var before = previous?._services ?? [];
        var changed = new List<ServiceResources>();
        var services = ImmutableArray.CreateBuilder<ServiceResources>(inputs.Entries.Length);
        var at = 0;
        foreach (var entry in inputs.Entries)
        {
            var old = Find(before, entry.Service.Key, ref at);
            services.Add(Translate(inputs.Of(entry), old, changed));
        }

        var all = services.MoveToImmutable();
        if (previous is null)
        {
            return new OutboundLayer(inputs, all, ResourceLayer.Create("mesh", all.SelectMany(s => s.Resources), previous: null), previous: null);
        }

        return changed.Count == 0 && all.Length == before.Length
            ? new OutboundLayer(inputs, all, previous.Layer, previous.Diagnostics, previous.LoopbackPorts)
            : new OutboundLayer(inputs, all, previous.LayerWith(changed, inputs), previous);
    }

    // The services stand where they stood, so only those whose entry is another instance are looked at.
    private OutboundLayer Patch(OutboundInputs inputs)
    {
        ImmutableArray<ServiceResources>.Builder? services = null;
        var changed = new List<ServiceResources>();
        var isWhole = true;
        for (var i = 0; i < inputs.Entries.Length; i++)
        {
            if (!ReferenceEquals(inputs.Entries[i], _inputs.Entries[i]))
            {
                var old = _services[i];
                var now = Translate(inputs.Of(inputs.Entries[i]), old, changed);
                isWhole &= now.Diagnostics.IsEmpty && old.Diagnostics.IsEmpty && now.LoopbackPorts.AsSpan().SequenceEqual(old.LoopbackPorts.AsSpan());
                services ??= _services.ToBuilder();
                services[i] = now;
            }
        }

        if (services is null)
        {
            return this;
        }

        var layer = LayerWith(changed, inputs);
        return isWhole
            ? new OutboundLayer(inputs, services.MoveToImmutable(), layer, Diagnostics, LoopbackPorts)
            : new OutboundLayer(inputs, services.MoveToImmutable(), layer, this);
    }

    private static ServiceResources Translate(ServiceInputs inputs, ServiceResources? old, List<ServiceResources> changed)
    {
        if (old is not null && old.Inputs.IsSame(inputs))
        {
            return old;
        }

        var made = ServiceResources.Translate(inputs);
        changed.Add(made);
        return made;
    }

    // Only what changed is handed to the layer: ten thousand services that stay cost nothing.
    private ResourceLayer LayerWith(List<ServiceResources> changed, OutboundInputs inputs)
    {
        var put = changed.SelectMany(c => c.Resources).ToList();
        var kept = put.Select(r => new ResourceName(r.Type, r.Name)).ToHashSet();
        var old = inputs.HasSameServices(_inputs) ? changed.Select(c => _services[_inputs.Services.IndexOf(c.Inputs.Service.Key)]) : Gone(changed, inputs);
        var gone = old.SelectMany(s => s.Resources).Select(r => new ResourceName(r.Type, r.Name)).Where(n => !kept.Contains(n)).ToList();
        return Layer.With(put, gone);
    }

    private IEnumerable<ServiceResources> Gone(List<ServiceResources> changed, OutboundInputs inputs)
    {
        var keys = changed.Select(c => c.Inputs.Service.Key).ToHashSet();
        return _services.Where(s => keys.Contains(s.Inputs.Service.Key) || inputs.Services.IndexOf(s.Inputs.Service.Key) < 0);
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
