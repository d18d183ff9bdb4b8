using System.Globalization;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Splits in other proxies than sidecars of clients: gateways, proxies of whole machines, and the sidecar at the destination.</summary>
public sealed class SplitProfileTests : SmiMesh
{
    private const int Many = 10_000;
    private const int Some = 2_000;
    private const int All = 200;

    private readonly int _edge = FreePort.Take();
    private readonly int _tcpEdge = FreePort.Take();

    [SkippableTheory]
    [Versions]
    public async Task A_gateway_splits_what_it_sends_to_a_service(string version)
    {
        await ServeEdgeAsync(
            version,
            await ServicesAsync("http", "web", "v1", "v2") + Group("group", "{name: a, headers: {x-beta: '1'}}") + Split("web", "v1: 3, v2: 1") + Split("web", "v2: 1", name: "beta", more: ByGroup),
            "{backends: [{service: web, port: 80}]}");

        (await AskAsync("any.example.com", Many)).ShouldBe(("v1", 3), ("v2", 1));
        (await AskAsync("any.example.com", All, ("x-beta", "1"))).ShouldBe(("v2", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Of_several_backends_of_a_gateway_route_each_follows_the_split_that_a_request_matches(string version)
    {
        await ServeEdgeAsync(
            version,
            await ServicesAsync("http", "web", "v1", "v2", "shop", "shop-v2")
            + Group("group", "{name: a, headers: {x-beta: '1'}}") + Split("web", "v1: 2, v2: 1") + Split("web", "v2: 1", name: "beta", more: ByGroup)
            + Group("team", "{name: a, headers: {x-team: blue}}") + Split("shop", "shop-v2: 1", name: "shop-team", more: "  matches: [{kind: HTTPRouteGroup, name: team}]"),
            "{backends: [{service: web, port: 80, weight: 3}, {service: shop, port: 80, weight: 1}]}");

        (await AskAsync("any.example.com", Many)).ShouldBe(("v1", 2), ("v2", 1), ("shop", 1));
        (await AskAsync("any.example.com", Some, ("x-beta", "1"))).ShouldBe(("v2", 3), ("shop", 1));
        (await AskAsync("any.example.com", Some, ("x-team", "blue"))).ShouldBe(("v1", 2), ("v2", 1), ("shop-v2", 1));
        (await AskAsync("any.example.com", Some, ("x-team", "blue"), ("x-beta", "1"))).ShouldBe(("v2", 3), ("shop-v2", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task The_share_of_a_backend_whose_split_has_no_weight_fails_and_is_not_given_to_the_others(string version)
    {
        var tcp = ((string[])["db", "cache"]).Select(n => (Name: n, Upstream: Keep(TcpUpstream.Start(n)))).ToList();
        await ServeEdgeAsync(
            version,
            await ServicesAsync("http", "web", "v1", "shop") + Split("web", "v1: 0") + string.Concat(tcp.Select(t => Manifests.Service(t.Name, 5432, "tcp", t.Upstream.Port))) + Split("db", "db: 0", name: "db"),
            "{backends: [{service: web, port: 80, weight: 1}, {service: shop, port: 80, weight: 3}]}",
            $"{{name: db, port: {_tcpEdge}, protocol: tcp, backends: [{{service: db, port: 5432, weight: 1}}, {{service: cache, port: 5432, weight: 3}}]}}");

        (await AskAsync("any.example.com", Many)).ShouldBe(("503", 1), ("shop", 3));
        (await Shares.CountAsync(400, async stop => (await AskTcpAsync(stop))?.Split(':')[0] ?? "closed")).ShouldBe(("closed", 1), ("cache", 3));
    }

    [SkippableTheory]
    [Versions]
    public async Task A_proxy_of_a_machine_splits_for_all_its_workloads(string version)
    {
        var program = EnvoyOf(version);
        Mesh.Write("mesh.yaml", await ServicesAsync("http", "web", "v1", "v2") + Group("group", "{name: a, headers: {x-beta: '1'}}") + Split("web", "v1: 3, v2: 1") + Split("web", "v2: 1", name: "beta", more: ByGroup));
        await ServeAsync();
        var bootstrap = NewBootstrap() with { Profile = "node", Service = "" };
        await StartEnvoyAsync(program, bootstrap.Text);

        (await Shares.OfRequestsAsync(bootstrap.EgressPort, "web.demo", Many)).ShouldBe(("v1", 3), ("v2", 1));
        (await Shares.OfRequestsAsync(bootstrap.EgressPort, "web.demo.svc.cluster.local", All, "/", ("x-beta", "1"))).ShouldBe(("v2", 1));
    }

    // As Flagger has it: the root selects the primary's pods. Endpoints name the port of the pod's sidecar, and the application has the services' port.
    [SkippableTheory]
    [Versions]
    public async Task Row_4_The_sidecar_of_a_pod_takes_the_names_of_all_services_that_select_it(string version)
    {
        var program = EnvoyOf(version);
        var (primary, canary) = (await KeepAsync(Upstream.StartAsync("primary")), await KeepAsync(Upstream.StartAsync("canary")));
        var inbound = FreePort.Take();
        string Selecting(string name, int target) => Manifests.Service(name, primary.Port, "http", target);
        var services = Selecting("web", inbound) + Selecting("web-primary", inbound) + Selecting("web-canary", canary.Port);
        Mesh.Write("mesh.yaml", services);
        await ServeAsync();
        var pod = await StartEnvoyAsync(program, (NewBootstrap() with { Service = "web-primary", InboundPort = inbound }).Text);
        var client = NewBootstrap();
        var envoy = await StartEnvoyAsync(program, client.Text);
        await using var load = Load.Start(client.EgressPort, "web");
        await load.OnlyAnsweredByAsync("primary");

        foreach (var weight in (int[])[0, 30, 0])
        {
            await ChangeRoutesAsync(envoy, "split.yaml", Split("web", $"web-canary: {weight}, web-primary: {100 - weight}"));
            (await Shares.OfRequestsAsync(client.EgressPort, "web", Some)).ShouldBe(("primary", 100 - weight), ("canary", weight));
            (await Shares.OfRequestsAsync(client.EgressPort, "web-primary", All)).ShouldBe(("primary", 1));
        }

        foreach (var name in (string[])["web", "web-primary", "web.demo.svc.cluster.local", string.Create(CultureInfo.InvariantCulture, $"web-primary.demo:{primary.Port}"), "127.0.0.1"])
        {
            (await Shares.OfRequestsAsync(inbound, name, All)).ShouldBe(("primary", 1));
        }

        (await pod.StatsAsync(@"^http\.inbound\.downstream_rq_[45]xx$")).Values.Should().OnlyContain(v => v == 0);
        await load.AssertNothingLostAsync();
    }

    private async Task ServeEdgeAsync(string version, string mesh, string route, string listener = "")
    {
        var program = EnvoyOf(version);
        Mesh.Write("mesh.yaml", mesh);
        Mesh.Write("edge.yaml", $"{{apiVersion: mesh.xdscontrolplane.dev/v1alpha1, kind: MeshGateway, metadata: {{name: edge, namespace: demo}}, spec: {{listeners: [{{name: web, port: {_edge}, protocol: http}}, {listener}], routes: [{route}]}} }}");
        await ServeAsync();
        await StartEnvoyAsync(program, (NewBootstrap() with { Profile = "gateway", Service = "edge" }).Text);
    }

    private Task<Shares> AskAsync(string host, int count, params (string Name, string Value)[] headers) => Shares.OfRequestsAsync(_edge, host, count, "/", headers);

    private async Task<string?> AskTcpAsync(CancellationToken stop)
    {
        try
        {
            return await TcpUpstream.AskAsync("127.0.0.1", _tcpEdge, "x", stop);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
