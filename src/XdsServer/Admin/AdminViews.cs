using System.Text.Json;
using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Admin;

/// <summary>One source, as the admin API shows it.</summary>
public sealed record SourceView(
    string Name, bool IsSynced, DateTimeOffset? AsOf, string Problem, IReadOnlyDictionary<string, int> Objects, int Diagnostics);

/// <summary>The mesh, as the admin API shows it. Secrets appear by name only.</summary>
public sealed record ModelView(
    long Run,
    DateTimeOffset At,
    double TookMilliseconds,
    ConfigView Config,
    IReadOnlyList<ServiceView> Services,
    IReadOnlyList<ObjectRef> Routes,
    IReadOnlyList<ObjectRef> Gateways,
    IReadOnlyList<ObjectRef> Secrets,
    IReadOnlyList<ObjectRef> EnvoyResources,
    IReadOnlyList<SplitView> Splits,
    IReadOnlyList<ObjectRef> RouteGroups,
    IReadOnlyList<AccessView> AccessRules);

/// <summary>One traffic split: what became of it, and why.</summary>
public sealed record SplitView(
    ObjectRef Object, SplitState State, string Root, IReadOnlyList<SplitBackend> Backends, IReadOnlyList<ObjectRef> Groups, IReadOnlyList<string> Notes);

/// <summary>One traffic target, evaluated: who may send what to whom.</summary>
public sealed record AccessView(
    ObjectRef Object, ServiceAccount Destination, IReadOnlyList<ServiceAccount> Sources, IReadOnlyList<AccessGrant> Grants, IReadOnlyList<ObjectRef> Origins);

/// <summary>The settings in force, and who wrote them.</summary>
public sealed record ConfigView(
    ObjectRef Object, string TrustDomain, string ClusterDomain, MtlsMode Mtls, bool AllowUnknownHosts, bool ListensOnIpv6, TimeSpan ConnectTimeout, TimeSpan RequestTimeout);

/// <summary>One service.</summary>
public sealed record ServiceView(
    ServiceKey Key,
    ObjectRef Object,
    SourceLocation? Location,
    IReadOnlyList<ServicePort> Ports,
    IReadOnlyList<string> Hosts,
    IReadOnlyList<string> Addresses,
    IReadOnlyList<EndpointView> Endpoints,
    IReadOnlyList<ServiceShape> ShapedBy);

/// <summary>One endpoint, and the object that says so.</summary>
public sealed record EndpointView(string Address, IReadOnlyDictionary<string, int> Ports, EndpointHealth Health, int? Weight, int Priority, Locality Locality, ObjectRef Object);

/// <summary>One proxy group.</summary>
public sealed record GroupView(
    string Name,
    string Profile,
    string Namespace,
    string Service,
    int EgressPort,
    int InboundPort,
    string Node,
    int Members,
    DateTimeOffset? EmptySince,
    bool HasSnapshot,
    IReadOnlyDictionary<string, int> Resources);

/// <summary>What one group gets.</summary>
public sealed record SnapshotView(string Group, IReadOnlyList<TypeView> Types);

/// <summary>The resources of one type.</summary>
public sealed record TypeView(string Type, string TypeUrl, string Version, IReadOnlyList<ResourceView> Resources);

/// <summary>One resource: its version, and the objects that it was made from. The content only when it was asked for.</summary>
public sealed record ResourceView(string Name, string Version, IReadOnlyList<ObjectRef> Origins, JsonElement? Content);

/// <summary>Something that is wrong, with what to do about it.</summary>
public sealed record DiagnosticView(Severity Severity, string Code, ObjectRef? Object, string Field, string Message, string Remedy, SourceLocation? Location);

/// <summary>A request that cannot be answered.</summary>
public sealed record ErrorView(string Error, string Remedy);
