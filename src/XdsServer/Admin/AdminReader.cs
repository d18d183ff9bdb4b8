using System.Text.Json;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Pipeline;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Admin;

/// <summary>Reads the server's state into views. It changes nothing, and shows no secret.</summary>
internal sealed class AdminReader(MeshPipeline pipeline, ProxyGroupStore groups, StreamRegistry streams)
{
    /// <summary>The sources that nothing can be published without and that have not been read yet; empty: ready.</summary>
    public IReadOnlyList<string> WaitsFor() => pipeline.Status.Value?.Translation is not null
        ? []
        : pipeline.Sources.Where(s => s.Fragment.Value?.IsSynced != true).Select(s => $"source {s.Name}").DefaultIfEmpty("the first translation").ToList();

    /// <summary>All sources.</summary>
    public IReadOnlyList<SourceView> Sources() => [.. pipeline.Sources.Select(ViewOf)];

    /// <summary>The mesh; null before the first run.</summary>
    public ModelView? Model() => pipeline.Status.Value is { Model: { } model } status ? ViewOf(model, status) : null;

    private static ModelView ViewOf(MeshModel model, PipelineStatus status)
    {
        var shapes = ServiceShapes.Of(model);
        return new ModelView(
            status.Run,
            status.At,
            status.Took.TotalMilliseconds,
            ViewOf(model.Config),
            [.. model.Services.Select(s => ViewOf(s, shapes))],
            [.. model.Routes.Select(r => r.Ref)],
            [.. model.Gateways.Select(g => g.Ref)],
            [.. model.Secrets.Select(s => s.Ref)],
            [.. model.EnvoyResources.Select(e => e.Ref)],
            [.. model.Smi.Splits.Select(ViewOf)],
            [.. model.Smi.RouteGroups.Select(g => g.Ref)],
            [.. model.Smi.AccessRules.Select(a => new AccessView(a.Ref, a.Destination, a.Sources, a.Grants, a.Origins))]);
    }

    private static SplitView ViewOf(SplitOutcome outcome) => new(
        outcome.Split.Ref, outcome.State, outcome.Split.Root, outcome.Split.Backends, [.. outcome.Groups.Select(g => g.Ref)], [.. outcome.Diagnostics.Select(d => d.Message)]);

    /// <summary>All proxy groups.</summary>
    public IReadOnlyList<GroupView> Groups() => [.. groups.All.Select(ViewOf)];

    /// <summary>What groups get, optionally one group or one type only.</summary>
    public IReadOnlyList<SnapshotView> Snapshots(string? group, ResourceType? type, bool withContent) =>
    [
        .. groups.All
            .Where(g => (group is null || g.Name == group) && g.Snapshot.Value is not null)
            .Select(g => new SnapshotView(g.Name, [.. ResourceType.All.Where(t => type is null || t == type).Select(t => ViewOf(g.Snapshot.Value!, t, withContent))])),
    ];

    /// <summary>All open streams.</summary>
    public IReadOnlyList<StreamStatus> Streams() => streams.Read();

    /// <summary>All that is wrong: what the sources, the pipeline and the translators found, and what proxies rejected.</summary>
    public IReadOnlyList<DiagnosticView> Diagnostics()
    {
        var found = pipeline.Status.Value?.Diagnostics ?? [.. pipeline.Sources.SelectMany(s => s.Fragment.Value?.Diagnostics ?? [])];
        var rejected = streams.Read().SelectMany(s => Rejections.Of(s).Concat(WithheldSecrets.Of(s)));
        return [.. found.Concat(rejected).Select(d => new DiagnosticView(d.Severity, d.Code, d.Object, d.Field, d.Message, d.Remedy, d.Location))];
    }

    private static SourceView ViewOf(IMeshSource source)
    {
        var fragment = source.Fragment.Value;
        var objects = new SortedDictionary<string, int>(StringComparer.Ordinal)
        {
            ["services"] = fragment?.Services.Length ?? 0,
            ["endpoints"] = fragment?.Endpoints.Length ?? 0,
            ["routes"] = fragment?.Routes.Length ?? 0,
            ["gateways"] = fragment?.Gateways.Length ?? 0,
            ["secrets"] = fragment?.Secrets.Length ?? 0,
            ["configs"] = fragment?.Configs.Length ?? 0,
            ["splits"] = fragment?.Splits.Length ?? 0,
            ["routeGroups"] = fragment?.RouteGroups.Length ?? 0,
            ["portRoutes"] = fragment?.PortRoutes.Length ?? 0,
            ["trafficTargets"] = fragment?.TrafficTargets.Length ?? 0,
            ["envoyResources"] = fragment?.EnvoyResources.Length ?? 0,
        };
        return new SourceView(source.Name, fragment?.IsSynced == true, fragment?.AsOf, fragment?.Problem ?? "", objects, fragment?.Diagnostics.Length ?? 0);
    }

    private static ConfigView ViewOf(MeshConfig config) =>
        new(config.Ref, config.TrustDomain, config.ClusterDomain, config.Mtls, config.AllowUnknownHosts, config.ListensOnIpv6, config.ConnectTimeout, config.RequestTimeout);

    private static ServiceView ViewOf(ServiceEntry entry, ILookup<ServiceKey, ServiceShape> shapes)
    {
        var service = entry.Service;
        var endpoints = entry.Endpoints.SelectMany(
            o => o.Endpoints.Select(e => new EndpointView(e.Address, e.Ports, e.Health, e.Weight, e.Priority, e.Locality, o.Ref)));
        return new ServiceView(service.Key, service.Ref, service.Location, service.Ports, service.Hosts, service.Addresses, [.. endpoints], [.. shapes[service.Key]]);
    }

    private static GroupView ViewOf(ProxyGroup group)
    {
        var key = group.Key;
        var snapshot = group.Snapshot.Value;
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var type in snapshot is null ? [] : ResourceType.All)
        {
            counts[type.ShortName] = snapshot!.Layers.Sum(l => l[type].Count);
        }

        return new GroupView(
            group.Name, ProfileNames.NameOf(key.Profile), key.Namespace, key.Service, key.EgressPort, key.InboundPort, key.Node, group.Members, group.EmptySince, snapshot is not null, counts);
    }

    private static TypeView ViewOf(Snapshot snapshot, ResourceType type, bool withContent) => new(
        type.ShortName,
        type.TypeUrl,
        snapshot.Hash(type).ToVersion(),
        [.. snapshot.Layers.SelectMany(l => l[type].Sorted).OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => new ResourceView(r.Name, r.Version, r.Origins, withContent ? Content(r) : null))]);

    private static JsonElement Content(Resource resource)
    {
        using var document = JsonDocument.Parse(ResourceText.Json(resource));
        return document.RootElement.Clone();
    }
}
