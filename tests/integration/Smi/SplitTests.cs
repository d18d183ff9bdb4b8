using System.Net;
using System.Net.Sockets;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Splits as clients see them through a running Envoy; the numbers of rows are those of docs/smi.md.</summary>
public sealed class SplitTests : SmiMesh
{
    private const int Many = 10_000;
    private const int Some = 1_000;

    [SkippableTheory]
    [Versions]
    public async Task Ten_thousand_requests_are_shared_as_the_weights_say(string version)
    {
        var port = await SidecarAsync(version, await ServicesAsync("http", "web", "v1", "v2", "v3") + Split("web", "v1: 70, v2: 25, v3: 5"));

        (await Shares.OfRequestsAsync(port, "web", Many)).ShouldBe(("v1", 70), ("v2", 25), ("v3", 5));
    }

    [SkippableFact]
    public async Task Row_1_A_host_that_no_service_has_is_split()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "v1", "v2") + Split("shop.example.com", "v1: 3, v2: 1"));

        (await Shares.OfRequestsAsync(port, "shop.example.com", Some)).ShouldBe(("v1", 3), ("v2", 1));
    }

    [SkippableFact]
    public async Task Row_2_A_root_that_comes_later_is_split_from_its_first_request()
    {
        var services = await ServicesAsync("http", "v1", "v2");
        var (envoy, port) = await SidecarOfAsync("newest", services + Split("web", "v1: 1"));
        (await Shares.OfRequestsAsync(port, "web", 1)).ShouldBe(("404", 1));

        await ChangeRoutesAsync(envoy, "web.yaml", Manifests.Service("web", 80, "http", 1));

        (await Shares.OfRequestsAsync(port, "web", 100)).ShouldBe(("v1", 1));
    }

    [SkippableFact]
    public async Task Row_3_The_root_is_its_own_backend()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "web", "v2") + Split("web", "web: 3, v2: 1"));

        (await Shares.OfRequestsAsync(port, "web", Some)).ShouldBe(("web", 3), ("v2", 1));
    }

    [SkippableFact]
    public async Task Row_5_The_others_share_what_a_missing_backend_would_get()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "web", "v1", "v2") + Split("web", "v1: 3, v2: 1, gone: 96"));

        (await Shares.OfRequestsAsync(port, "web", Some)).ShouldBe(("v1", 3), ("v2", 1));
    }

    [SkippableFact]
    public async Task Row_6_A_backend_without_endpoints_fails_its_share_and_no_more()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "web", "v1") + Manifests.Service("empty", 80, "http").TrimEnd('\n', '-') + " []\n---\n" + Split("web", "v1: 3, empty: 1"));

        (await Shares.OfRequestsAsync(port, "web", Some)).ShouldBe(("v1", 3), ("503", 1));
    }

    [SkippableFact]
    public async Task Row_6_A_root_needs_no_endpoints_of_its_own()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "v1", "v2") + Manifests.Service("web", 80, "http").TrimEnd('\n', '-') + " []\n---\n" + Split("web", "v1: 1, v2: 1"));

        (await Shares.OfRequestsAsync(port, "web", Some)).ShouldBe(("v1", 1), ("v2", 1));
    }

    [SkippableFact]
    public async Task Row_7_All_weights_zero_is_503_and_every_other_service_works()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "web", "v1", "other") + Split("web", "v1: 0") + Split("other", "web: 0, v1: 0", name: "second"));

        (await Shares.OfRequestsAsync(port, "web", 100)).ShouldBe(("503", 1));
        (await Shares.OfRequestsAsync(port, "other", 100)).ShouldBe(("503", 1));
        (await Shares.OfRequestsAsync(port, "v1", 100)).ShouldBe(("v1", 1));
    }

    [SkippableFact]
    public async Task Row_8_Of_two_splits_on_one_root_the_older_has_its_way()
    {
        var port = await SidecarAsync(
            "newest",
            await ServicesAsync("http", "web", "v1", "v2")
            + Split("web", "v1: 1", name: "a", metadata: ", creationTimestamp: '2026-02-01T00:00:00Z'")
            + Split("web", "v2: 1", name: "b", metadata: ", creationTimestamp: '2026-01-01T00:00:00Z'"));

        (await Shares.OfRequestsAsync(port, "web", 100)).ShouldBe(("v2", 1));
    }

    [SkippableFact]
    public async Task Row_9_A_split_without_its_group_leaves_the_service_as_it_is()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "web", "v2") + Split("web", "v2: 1", more: ByGroup));

        (await Shares.OfRequestsAsync(port, "web", 100)).ShouldBe(("web", 1));
    }

    [SkippableFact]
    public async Task Row_10_The_split_of_a_backend_is_not_followed()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("http", "web", "v1", "v2") + Split("web", "v1: 1", name: "a") + Split("v1", "v2: 1", name: "b"));

        (await Shares.OfRequestsAsync(port, "web", 100)).ShouldBe(("v1", 1));
        (await Shares.OfRequestsAsync(port, "v1", 100)).ShouldBe(("v2", 1));
    }

    [SkippableTheory]
    [InlineData("newest", "/", "", "web")]
    [InlineData("newest", "/api", "", "v2")]
    [InlineData("newest", "/api/x?q=1", "", "v2")]
    [InlineData("newest", "/health", "", "v2")]
    [InlineData("newest", "/healthy", "", "web")]
    [InlineData("newest", "/v7/items", "", "v2")]
    [InlineData("newest", "/", "insider", "v2")]
    [InlineData("newest", "/", "insiders", "web")]
    public async Task A_match_reaches_exactly_its_backend(string version, string path, string segment, string expected)
    {
        var port = await SidecarAsync(
            version,
            await ServicesAsync("http", "web", "v1", "v2")
            + Group("group", "{name: api, pathRegex: /api}, {name: health, pathRegex: /health$}, {name: items, pathRegex: '/v[0-9]+/items', methods: [GET]}, {name: insider, headers: {x-segment: 'inside[r]'}}, {name: post, pathRegex: /, methods: [POST]}")
            + Split("web", "v1: 0, v2: 100", more: ByGroup));

        (await Shares.OfRequestsAsync(port, "web", 50, path, ("x-segment", segment))).ShouldBe((expected, 1));
    }

    [SkippableFact]
    public async Task Row_16_TCP_is_split_by_connections()
    {
        string[] names = ["v1", "v2", "v3"];
        var upstreams = names.Select(n => Keep(TcpUpstream.Start(n))).ToList();
        var port = FreePort.Take();
        var services = string.Concat(names.Select((n, i) => Manifests.Service(n, port, "tcp", upstreams[i].Port)));
        var root = Manifests.Service("zdb", port, "tcp", upstreams[0].Port);
        await SidecarAsync("newest", services + root + Split("zdb", "v1: 3, v2: 1, v3: 0"));
        await Eventually.HoldsAsync("the listener", async stop => await TcpUpstream.AskAsync("127.0.0.1", port, "x", stop) is not null);

        var shares = await Shares.CountAsync(Some, async stop => (await TcpUpstream.AskAsync("127.0.0.1", port, "x", stop))!.Split(':')[0]);

        shares.ShouldBe(("v1", 3), ("v2", 1), ("v3", 0));
    }

    [SkippableFact]
    public async Task Row_16_TCP_connections_that_nobody_takes_are_closed()
    {
        var upstream = Keep(TcpUpstream.Start("v1"));
        var port = FreePort.Take();
        await SidecarAsync("newest", Manifests.Service("v1", port, "tcp", upstream.Port) + Manifests.Service("zdb", port, "tcp", upstream.Port) + Split("zdb", "v1: 0"));
        await Eventually.HoldsAsync("the listener", async stop => await IsOpenAsync(port, stop));

        (await Shares.CountAsync(20, async stop => await AskOrNothingAsync(port, stop))).ShouldBe(("nothing", 1));
    }

    [SkippableFact]
    public async Task Row_17_GRPC_is_split_by_calls()
    {
        var port = await SidecarAsync("newest", await ServicesAsync("grpc", "web", "v1", "v2") + Split("web", "v1: 3, v2: 1"));
        var client = ClientOf(port);

        var shares = await Shares.CountAsync(Some, async stop => (await client.CallAsync("web", "x", stop)) is ("0", var text) ? text.Split(':')[0] : "failed");

        shares.ShouldBe(("v1", 3), ("v2", 1));
    }

    [SkippableFact]
    public async Task A_gateway_splits_what_it_sends_to_a_service()
    {
        var program = EnvoyOf("newest");
        var edge = FreePort.Take();
        Mesh.Write("mesh.yaml", await ServicesAsync("http", "web", "v1", "v2") + Group("group", "{name: a, headers: {x-beta: '1'}}") + Split("web", "v1: 3, v2: 1") + Split("web", "v2: 1", name: "beta", more: ByGroup));
        Mesh.Write(
            "edge.yaml",
            $$"""
            apiVersion: mesh.xdscontrolplane.dev/v1alpha1
            kind: MeshGateway
            metadata: {name: edge, namespace: demo}
            spec:
              listeners: [{name: web, port: {{edge}}, protocol: http}]
              routes: [{backends: [{service: web, port: 80}]}]
            """);
        await ServeAsync();
        await StartEnvoyAsync(program, (NewBootstrap() with { Profile = "gateway", Service = "edge" }).Text);

        (await Shares.OfRequestsAsync(edge, "any.example.com", Some)).ShouldBe(("v1", 3), ("v2", 1));
        (await Shares.OfRequestsAsync(edge, "any.example.com", 50, "/", ("x-beta", "1"))).ShouldBe(("v2", 1));
    }

    private static async Task<bool> IsOpenAsync(int port, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, stop);
        return true;
    }

    private static async Task<string> AskOrNothingAsync(int port, CancellationToken stop)
    {
        try
        {
            return await TcpUpstream.AskAsync("127.0.0.1", port, "x", stop) ?? "nothing";
        }
        catch (IOException)
        {
            return "nothing";
        }
    }
}
