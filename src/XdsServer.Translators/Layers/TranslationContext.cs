using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators.Layers;

/// <summary>
/// One run of the translators: the model's parts, and the layers made so far. A layer is made once per run however many groups
/// share it, and not at all when its inputs equal those of the run before.
/// </summary>
internal sealed class TranslationContext
{
    private readonly IReadOnlyDictionary<string, MemoizedLayer> _previous;
    private readonly MachineIndex _machines;
    private readonly Dictionary<string, MemoizedLayer> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<EgressScope, EgressTable> _egress = [];
    private readonly IReadOnlyDictionary<EgressScope, EgressTable> _previousEgress;
    private readonly List<MemoizedLayer> _used = [];
    private readonly IReadOnlyDictionary<ServiceKey, ServiceEntry> _entries;

    public TranslationContext(MeshModel model, IReadOnlyCollection<ProxyGroupKey> groups, TranslationMemo? previous)
    {
        var before = previous?.Structure;
        var services = ServiceCatalog.Create(model.Services, before?.Services);
        var routes = RouteCatalog.Create(model.Routes, before?.Routes);
        var areSame = before is not null && ReferenceEquals(routes, before.Routes) && ReferenceEquals(services, before.Services);
        Outbound = OutboundLayer.Translate(new OutboundInputs(services, model.Services, routes.Subsets, model.Config.ConnectTimeout), previous?.Outbound);
        Structure = new MeshStructure
        {
            Services = services,
            Routes = routes,
            TcpRoutes = areSame ? before!.TcpRoutes : RouteCatalog.Create([.. model.Routes.Where(r => services.HasPort(r, p => !p.IsHttp()))], before?.TcpRoutes),
            GrpcRoutes = areSame ? before!.GrpcRoutes : RouteCatalog.Create([.. model.Routes.Where(r => services.HasPort(r, p => p.IsGrpc()))], before?.GrpcRoutes),
            Facts = RouteFacts.Create(services, routes, before?.Facts),
            Secrets = SecretCatalog.Create(model.Secrets, before?.Secrets),
            Config = model.Config,
            Gateways = model.Gateways,
            EnvoyResources = model.EnvoyResources,
            LoopbackPorts = Outbound.LoopbackPorts,
        }.OrSame(before);
        _machines = MachineIndex.Create(groups.Select(g => g.Node).Where(n => n.Length > 0).ToHashSet(StringComparer.Ordinal), services, model.Services, previous?.Machines);
        _previous = previous?.Layers ?? new Dictionary<string, MemoizedLayer>(StringComparer.Ordinal);
        _previousEgress = previous?.Egress ?? new Dictionary<EgressScope, EgressTable>();
        _entries = model.ServicesByKey;
    }

    /// <summary>What all groups' own layers are made from. Hand only what a translator needs into its inputs.</summary>
    public MeshStructure Structure { get; }

    /// <summary>Clusters and load assignments of all services: the mesh layer.</summary>
    public OutboundLayer Outbound { get; }

    /// <summary>The services with an endpoint on the group's machine, in the order of their keys; null when it has none of its own.</summary>
    public SameObjects<ServiceEntry>? EntriesOnMachine(ProxyGroupKey group) => group.Node.Length == 0 ? null : _machines.On(group.Node);

    /// <summary>The service that the group's proxies stand beside; null when they name none, or one that is not there.</summary>
    public ServiceEntry? Entry(ProxyGroupKey group) =>
        group.Service.Length == 0 ? null : _entries.GetValueOrDefault(new ServiceKey(group.Namespace, group.Service));

    /// <summary>
    /// What the hosts of all services lead to, seen from a namespace. Namespaces see most of them alike, so each takes over what another has made.
    /// </summary>
    public EgressTable Egress(EgressScope scope)
    {
        if (!_egress.TryGetValue(scope, out var table))
        {
            var inputs = new EgressTableInputs(Structure.Services, Structure.Routes, Structure.Facts, Structure.Config.ClusterDomain, Structure.Config.RequestTimeout, scope);
            var other = _egress.Values.FirstOrDefault() ?? _previousEgress.Values.FirstOrDefault();
            table = EgressTable.Create(inputs, _previousEgress.GetValueOrDefault(scope), other);
            _egress.Add(scope, table);
        }

        return table;
    }

    /// <summary>
    /// The layer of that scope. <paramref name="inputs"/> is all that <paramref name="build"/> (a static function) may read: when it
    /// equals the inputs of the run before, so does the layer. Its members are compared by reference or value, so it may hold
    /// catalogs, model objects and scalars, not collections made for the occasion.
    /// </summary>
    public ResourceLayer Layer<TInputs>(string scope, TInputs inputs, Func<TInputs, LayerContent> build)
        where TInputs : IEquatable<TInputs>
    {
        if (!_layers.TryGetValue(scope, out var layer))
        {
            var before = _previous.GetValueOrDefault(scope);
            layer = before is { Inputs: TInputs same } && same.Equals(inputs) ? before : Build(scope, inputs, build, before);
            _layers.Add(scope, layer);
        }

        _used.Add(layer);
        return layer.Layer;
    }

    /// <summary>The layers that were asked for since the last call.</summary>
    public ImmutableArray<MemoizedLayer> TakeUsed()
    {
        ImmutableArray<MemoizedLayer> used = [.. _used];
        _used.Clear();
        return used;
    }

    /// <summary>These layers of the run before are those of this run too, and so are the tables that they are made from.</summary>
    public void Keep(ImmutableArray<MemoizedLayer> layers)
    {
        foreach (var layer in layers)
        {
            _layers.TryAdd(layer.Layer.Scope, layer);
            if (layer.Inputs is EgressInputs { Hosts: var hosts })
            {
                _egress.TryAdd(hosts.Scope, hosts);
            }
        }
    }

    /// <summary>What the next run needs of this one.</summary>
    public TranslationMemo ToMemo(IReadOnlyDictionary<ProxyGroupKey, GroupTranslation> groups, TranslationDiagnostics diagnostics) =>
        new(Structure, Outbound, _machines, _egress, _layers, groups, diagnostics);

    /// <summary>Those of all layers and <paramref name="further"/>.</summary>
    public TranslationDiagnostics Diagnostics(IEnumerable<Diagnostic> further, TranslationDiagnostics? previous) =>
        TranslationDiagnostics.Of([Outbound.Diagnostics, [.. further], .. _layers.Values.Select(l => l.Diagnostics)], previous);

    private static MemoizedLayer Build<TInputs>(string scope, TInputs inputs, Func<TInputs, LayerContent> build, MemoizedLayer? before)
        where TInputs : IEquatable<TInputs>
    {
        var content = build(inputs);
        return new MemoizedLayer(inputs, ResourceLayer.Create(scope, content.Resources, before?.Layer), content.Diagnostics);
    }
}

/// <summary>What one run of the translators leaves to the next.</summary>
internal sealed record TranslationMemo(
    MeshStructure Structure,
    OutboundLayer Outbound,
    MachineIndex Machines,
    IReadOnlyDictionary<EgressScope, EgressTable> Egress,
    IReadOnlyDictionary<string, MemoizedLayer> Layers,
    IReadOnlyDictionary<ProxyGroupKey, GroupTranslation> Groups,
    TranslationDiagnostics Diagnostics);

/// <summary>A layer and what it was made from.</summary>
internal sealed record MemoizedLayer(object Inputs, ResourceLayer Layer, ImmutableArray<Diagnostic> Diagnostics);
