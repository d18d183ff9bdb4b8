using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators.Layers;

/// <summary>
/// One run of the translators: the model's parts, and the layers made so far. A layer is made once per run however many groups
/// share it, and not at all when its inputs equal those of the run before.
/// </summary>
internal sealed class TranslationContext
{
    private readonly IReadOnlyDictionary<string, MemoizedLayer> _previous;
    private readonly Lazy<ILookup<string, ServiceEntry>> _byNode;
    private readonly Dictionary<string, MemoizedLayer> _layers = new(StringComparer.Ordinal);

    public TranslationContext(MeshModel model, TranslationMemo? previous)
    {
        Model = model;
        _byNode = new Lazy<ILookup<string, ServiceEntry>>(() => ByNode(model));
        Services = ServiceCatalog.Create(model.Services, previous?.Services);
        Routes = RouteCatalog.Create(model.Routes, previous?.Routes);
        TcpRoutes = previous is not null && ReferenceEquals(Routes, previous.Routes) && ReferenceEquals(Services, previous.Services)
            ? previous.TcpRoutes
            : RouteCatalog.Create([.. model.Routes.Where(r => Services.HasTcp(r))], previous?.TcpRoutes);
        Secrets = SecretCatalog.Create(model.Secrets, previous?.Secrets);
        Outbound = OutboundLayer.Translate(model, Routes, previous?.Outbound);
        _previous = previous?.Layers ?? new Dictionary<string, MemoizedLayer>(StringComparer.Ordinal);
    }

    /// <summary>Everything. Hand only what a translator needs into its inputs.</summary>
    public MeshModel Model { get; }

    /// <summary>Services without endpoints; the instance stays as long as no service changes.</summary>
    public ServiceCatalog Services { get; }

    /// <summary>Routes; the instance stays as long as no route changes.</summary>
    public RouteCatalog Routes { get; }

    /// <summary>Routes of services with TCP ports; the instance stays as long as none of these changes.</summary>
    public RouteCatalog TcpRoutes { get; }

    /// <summary>Secrets; the instance stays as long as no secret changes.</summary>
    public SecretCatalog Secrets { get; }

    /// <summary>Clusters and load assignments of all services: the mesh layer.</summary>
    public OutboundLayer Outbound { get; }

    /// <summary>The services with an endpoint on that machine, by its name or address, in the order of their keys.</summary>
    public IEnumerable<ServiceEntry> EntriesOn(string node) => _byNode.Value[node];

    /// <summary>The service that the group's proxies stand beside; null when they name none, or one that is not there.</summary>
    public ServiceEntry? Entry(ProxyGroupKey group) =>
        group.Service.Length == 0 ? null : Model.ServicesByKey.GetValueOrDefault(new ServiceKey(group.Namespace, group.Service));

    /// <summary>
    /// The layer of that scope. <paramref name="inputs"/> is all that <paramref name="build"/> (a static function) may read: when it
    /// equals the inputs of the run before, so does the layer. Its members are compared by reference or value, so it may hold
    /// catalogs, model objects and scalars, not collections made for the occasion.
    /// </summary>
    public ResourceLayer Layer<TInputs>(string scope, TInputs inputs, Func<TInputs, LayerContent> build)
        where TInputs : IEquatable<TInputs>
    {
        if (_layers.TryGetValue(scope, out var made))
        {
            return made.Layer;
        }

        var before = _previous.GetValueOrDefault(scope);
        var layer = before is { Inputs: TInputs same } && same.Equals(inputs) ? before : Build(scope, inputs, build, before);
        _layers.Add(scope, layer);
        return layer.Layer;
    }

    /// <summary>What the next run needs of this one.</summary>
    public TranslationMemo ToMemo() => new(Services, Routes, TcpRoutes, Secrets, Outbound, _layers);

    /// <summary>Those of all layers and <paramref name="further"/>; each once, most severe first, then by code and object.</summary>
    public ImmutableArray<Diagnostic> Diagnostics(IEnumerable<Diagnostic> further) =>
    [
        .. Outbound.Diagnostics
            .Concat(further)
            .Concat(_layers.Values.SelectMany(l => l.Diagnostics))
            .Distinct()
            .OrderByDescending(d => d.Severity)
            .ThenBy(d => d.ToString(), StringComparer.Ordinal),
    ];

    private static ILookup<string, ServiceEntry> ByNode(MeshModel model) => model.Services
        .SelectMany(s => s.Endpoints.SelectMany(e => e.Endpoints).SelectMany(e => new[] { e.Node, e.Address }).Distinct(StringComparer.Ordinal).Select(place => (place, s)))
        .ToLookup(pair => pair.place, pair => pair.s, StringComparer.Ordinal);

    private static MemoizedLayer Build<TInputs>(string scope, TInputs inputs, Func<TInputs, LayerContent> build, MemoizedLayer? before)
        where TInputs : IEquatable<TInputs>
    {
        var content = build(inputs);
        return new MemoizedLayer(inputs, ResourceLayer.Create(scope, content.Resources, before?.Layer), content.Diagnostics);
    }
}

/// <summary>What one run of the translators leaves to the next.</summary>
internal sealed record TranslationMemo(
    ServiceCatalog Services,
    RouteCatalog Routes,
    RouteCatalog TcpRoutes,
    SecretCatalog Secrets,
    OutboundLayer Outbound,
    IReadOnlyDictionary<string, MemoizedLayer> Layers);

/// <summary>A layer and what it was made from.</summary>
internal sealed record MemoizedLayer(object Inputs, ResourceLayer Layer, ImmutableArray<Diagnostic> Diagnostics);
