using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.Pipeline;

/// <summary>What somebody does to a mesh: which kind of change, to which service, and how.</summary>
public sealed record MeshEdit(int Kind, int Service, int Value);

/// <summary>A small mesh with everything that proxies of all kinds see, and random edits of it. Two sources, of which the second repeats a service of the first.</summary>
internal static class EditedMesh
{
    private const int Most = 6;

    /// <summary>One group for each thing that tells groups apart.</summary>
    public static readonly ImmutableArray<ProxyGroupKey> Groups =
    [
        new(ProxyProfile.Sidecar, "demo", "s0", 15001, 15006, ""),
        new(ProxyProfile.Sidecar, "demo", "s1", 15001, 15006, ""),
        new(ProxyProfile.Sidecar, "demo", "", 15001, 15006, ""),
        new(ProxyProfile.Sidecar, "other", "s2", 15001, 15006, ""),
        new(ProxyProfile.Sidecar, "other", "s2", 25001, 25006, ""),
        new(ProxyProfile.Transparent, "demo", "s0", 15001, 15006, ""),
        new(ProxyProfile.Transparent, "other", "s3", 15001, 15006, ""),
        new(ProxyProfile.Gateway, "demo", "edge", 15001, 15006, ""),
        new(ProxyProfile.Gateway, "other", "edge", 15001, 15006, ""),
        new(ProxyProfile.Node, "default", "", 15001, 15006, "machine-0"),
        new(ProxyProfile.Node, "default", "", 15001, 15006, "machine-1"),
        new(ProxyProfile.Grpc, "demo", "", 15001, 15006, ""),
        new(ProxyProfile.Grpc, "other", "", 15001, 15006, ""),
    ];

    public static Arbitrary<List<MeshEdit>> Edits() => Gen.Choose(0, 11)
        .SelectMany(kind => Gen.Choose(0, Most - 1).SelectMany(service => Gen.Choose(0, 3).Select(value => new MeshEdit(kind, service, value))))
        .ListOf()
        .ToArbitrary();

    public static ImmutableArray<MeshFragment> Start() =>
    [
        new()
        {
            Source = "files",
            IsSynced = true,
            Services = [.. Enumerable.Range(0, 4).Select(i => Service(i, PortProtocol.Http, 0))],
            Endpoints = [.. Enumerable.Range(0, 4).Select(i => Endpoints(i, 0))],
            Gateways = [Gateway("demo"), Gateway("other")],
            Routes = [GatewayRoute(0, 0)],
            Splits = [Split(0, 0)],
        },
        new() { Source = "more", IsSynced = true, Services = [Service(1, PortProtocol.Http, 0) with { Ref = Ref("MeshService", 1, "more") }] },
    ];

    /// <summary>The sources after an edit; what it does not touch keeps its instance.</summary>
    public static ImmutableArray<MeshFragment> Apply(ImmutableArray<MeshFragment> sources, MeshEdit edit)
    {
        var (kind, at, value) = edit;
        var files = sources[0];
        return sources.SetItem(0, kind switch
        {
            0 or 1 or 2 => files with { Endpoints = Put(files.Endpoints, Endpoints(at, value)) },
            3 => files with { Services = Put(files.Services, Service(at, (PortProtocol)value, value)) },
            4 => files with { Services = Remove(files.Services, Ref("MeshService", at)), Endpoints = Remove(files.Endpoints, Ref("MeshService", at)) },
            5 => files with { Endpoints = Remove(files.Endpoints, Ref("MeshService", at)) },
            6 or 7 => files with { Splits = Put(files.Splits, Split(at, value)) },
            8 => files with { Splits = Remove(files.Splits, Ref("TrafficSplit", at)) },
            9 => files with { Routes = Put(files.Routes, value < 2 ? GatewayRoute(at, value) : ServiceRoute(at, value)) },
            10 => files with { EnvoyResources = value == 0 ? [] : Put(files.EnvoyResources, Patch(at, value)) },
            _ => files with { Secrets = value == 0 ? [] : Put(files.Secrets, Secret(value)), AsOf = files.AsOf.AddSeconds(1) },
        });
    }

    private static string SpaceOf(int service) => service < 2 ? "demo" : "other";

    private static ServiceKey Key(int service) => new(SpaceOf(service), $"s{service}");

    private static ObjectRef Ref(string kind, int service, string source = "files") => new(kind, SpaceOf(service), $"s{service}", source);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static MeshService Service(int number, PortProtocol protocol, int value) => new()
    {
        Ref = Ref("MeshService", number),
        Revision = $"{protocol}{value}",
        Key = Key(number),
        Ports = value == 3 ? [new ServicePort("main", 80, protocol), new ServicePort("data", 7000, PortProtocol.Tcp)] : [new ServicePort("main", 80, protocol)],
        Addresses = [$"10.96.0.{value + 1}"],
        Hosts = value == 2 ? ["shared.example.com"] : [],
    };

    // 0: one endpoint; 1: another port; 2: two more on the other machine, one draining; 3: a loopback address, and one that nobody can read.
    private static ServiceEndpoints Endpoints(int service, int value) => new()
    {
        Ref = Ref("MeshService", service),
        Revision = Text(value),
        Service = Key(service),
        Endpoints = value switch
        {
            0 => [Endpoint($"10.0.0.{service}", 8080, "machine-0")],
            1 => [Endpoint($"10.0.0.{service}", 8081, "machine-0")],
            2 => [Endpoint($"10.0.0.{service}", 8080, "machine-1"), Endpoint($"10.0.1.{service}", 8080, "machine-1") with { Health = EndpointHealth.Draining }],
            _ => [Endpoint("127.0.0.1", 7000 + service, "machine-0"), Endpoint("nobody", 1, "")],
        },
    };

    private static Endpoint Endpoint(string address, int port, string machine) => new()
    {
        Address = address,
        Ports = ImmutableSortedDictionary<string, int>.Empty.Add("main", port).Add("data", 7000),
        Node = machine,
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("version", Text(port)),
    };

    private static TrafficSplit Split(int service, int value) => new()
    {
        Ref = Ref("TrafficSplit", service),
        Revision = Text(value),
        Key = Key(service),
        Root = Key(service).Name,
        Backends = [new SplitBackend(Key(service).Name, 1 + (uint)value), new SplitBackend(Key(value == 3 ? service : service ^ 1).Name, 7)],
    };

    private static MeshGateway Gateway(string space) => new()
    {
        Ref = new ObjectRef("MeshGateway", space, "edge", "files"),
        Revision = "1",
        Key = new ServiceKey(space, "edge"),
        Listeners = [new GatewayListener { Name = "http", Port = 8080, Protocol = GatewayProtocol.Http }],
    };

    private static MeshRoute GatewayRoute(int service, int value) => new()
    {
        Ref = Ref("GatewayRoute", service),
        Revision = Text(value),
        Namespace = SpaceOf(service),
        Parents = [new RouteParent.OfGateway(new ServiceKey(SpaceOf(value * 2), "edge"), "")],
        Hosts = [$"s{service}.example.com"],
        Rules = [new RouteRule { Backends = [new RouteBackend(Key(service), 80, 1)] }],
    };

    private static MeshRoute ServiceRoute(int service, int value) => new()
    {
        Ref = Ref("GatewayRoute", service),
        Revision = Text(value),
        Namespace = SpaceOf(service),
        Parents = [new RouteParent.OfService(Key(service), value == 3 ? 81 : 0)],
        Rules = [new RouteRule { Backends = [new RouteBackend(Key(service), 0, 1) { Subset = ImmutableSortedDictionary<string, string>.Empty.Add("version", "8080") }, new RouteBackend(Key(service ^ 1), 0, 1)] }],
    };

    private static EnvoyResource Patch(int service, int value) => new()
    {
        Ref = Ref("EnvoyResource", service),
        Revision = Text(value),
        Namespace = SpaceOf(service),
        Patches = [new EnvoyPatch { TargetType = value == 1 ? "cluster" : "route", TargetName = value == 1 ? $"{Key(service)}/main" : "egress", Merge = Json(value == 1 ? """{"connect_timeout": "3s"}""" : """{"ignore_port_in_host_matching": true}""") }],
    };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static MeshSecret Secret(int value) => new()
    {
        Ref = new ObjectRef("Secret", "demo", "roots", "files"),
        Revision = Text(value),
        Key = new ServiceKey("demo", "roots"),
        TrustedRoots = Text(value),
    };

    private static ImmutableArray<T> Put<T>(ImmutableArray<T> items, T item)
        where T : MeshObject => [.. items.Where(i => i.Ref != item.Ref).Append(items.FirstOrDefault(i => i.Ref == item.Ref && i.Revision == item.Revision) ?? item).OrderBy(i => i.Ref)];

    private static ImmutableArray<T> Remove<T>(ImmutableArray<T> items, ObjectRef gone)
        where T : MeshObject => [.. items.Where(i => i.Ref != gone)];
}
