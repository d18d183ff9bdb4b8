using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>Files change while requests flow: the routing follows, no Envoy is restarted and no request is lost.</summary>
public sealed class ChangeTests : MeshTest
{
    private const string Hosts = "  hosts: [shop.test]\n  ports:";

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task A_host_moves_to_a_new_service_while_the_old_one_is_removed(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var upstreams = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Upstream.StartAsync($"u{i}")));
        Array.ForEach(upstreams, u => Keep(u));
        Mesh.Write("mesh.yaml", Shop(upstreams[0]));
        await ServeAsync();
        var bootstrap = NewBootstrap(transport);
        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "shop.test");

        foreach (var next in upstreams.Skip(1).Append(upstreams[0]))
        {
            Mesh.Write("mesh.yaml", Shop(next));
            await load.OnlyAnsweredByAsync(next.Name);
            await Eventually.HoldsAsync($"only the cluster of {next.Name}", async stop => (await envoy.ActiveClustersAsync(stop)).Where(c => c.StartsWith("demo/", StringComparison.Ordinal)).SequenceEqual([$"demo/{next.Name}/main"]), () => envoy.LogTail);
        }

        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Endpoints_come_drain_and_go(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var old = await Upstream.StartAsync("old");
        var next = await KeepAsync(Upstream.StartAsync("new"));
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", old.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap(transport);
        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "web");
        await load.OnlyAnsweredByAsync("old");

        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", old.Port, next.Port));
        await Eventually.HoldsAsync("answers of the new endpoint", () => load.AnswersOf("new") > 5);
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", $"{{address: 127.0.0.1, port: {old.Port}, health: draining}}", next.Port));
        await load.OnlyAnsweredByAsync("new");
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", next.Port));
        await envoy.HasEndpointsAsync("demo/web/main", 1);
        await old.DisposeAsync();
        await load.MoreAsync(100);

        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.DeltaAds)]
    public async Task A_cluster_whose_settings_change_keeps_serving(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var web = await KeepAsync(Upstream.StartAsync("web"));
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", web.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap(transport);
        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "web");
        await load.MoreAsync(50);

        foreach (var timeout in (string[])["3s", "4s", "7s"])
        {
            var before = await ModifiedAsync(envoy, CancellationToken.None);
            Mesh.Write("config.yaml", Config(timeout));
            await Eventually.HoldsAsync($"a connect timeout of {timeout}", async stop => await ModifiedAsync(envoy, stop) > before, () => envoy.LogTail);
            await Eventually.HoldsAsync("no warming cluster", async stop => (await envoy.StatsAsync("^cluster_manager.warming_clusters$", stop)).Values.All(v => v == 0));
        }

        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task A_restart_of_the_control_plane_disturbs_nobody(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var web = await KeepAsync(Upstream.StartAsync("web"));
        var moved = await KeepAsync(Upstream.StartAsync("moved"));
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", web.Port));
        // A port that no outgoing connection can take while the server is away.
        var address = $"127.0.0.1:{FreePort.Take()}";
        var first = await XdsHost.StartAsync(OptionsOf(Mesh) with { Grpc = new() { Address = address } }, CancellationToken.None);
        var bootstrap = new TestBootstrap { Transport = transport, Grpc = first.GrpcAddress, Rest = first.RestAddress };
        Announce("gRPC config");
        Announce("StreamAggregatedResources");
        Announce("DeltaAggregatedResources");
        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "web");
        await load.MoreAsync(50);

        await first.DisposeAsync();
        await Eventually.HoldsAsync("the end of the stream", async stop => (await envoy.StatsAsync("^control_plane.connected_state$", stop)).Values.All(v => v == 0));
        await load.MoreAsync(50);
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", moved.Port));
        await ServeAsync(OptionsOf(Mesh) with { Grpc = new() { Address = address } });
        await load.OnlyAnsweredByAsync("moved");

        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.DeltaAds)]
    public async Task Garbage_in_a_file_changes_nothing_for_running_proxies(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var web = await KeepAsync(Upstream.StartAsync("web"));
        var shop = await KeepAsync(Upstream.StartAsync("shop"));
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", web.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap(transport);
        await StartEnvoyAsync(program, bootstrap.Text);
        var client = ClientOf(bootstrap.EgressPort);
        await using var load = Load.Start(bootstrap.EgressPort, "web");

        var round = 0;
        foreach (var garbage in (string[])["kind: [", "\0\u0001\u0002", "- - -\n  x", ""])
        {
            Mesh.Write("web.yaml", garbage.Length == 0 ? "!!binary x: {" : garbage);
            Mesh.Write("shop.yaml", Manifests.Service($"shop{++round}", 80, "http", shop.Port));
            await client.AnsweredByAsync($"shop{round}", "shop");
        }

        await load.AssertNothingLostAsync();
    }

    private static async Task<long> ModifiedAsync(EnvoyProcess envoy, CancellationToken stop) => (await envoy.StatsAsync("^cluster_manager.cluster_modified$", stop)).Values.Sum();

    private static string Shop(Upstream upstream) => Manifests.Service(upstream.Name, 80, "http", upstream.Port).Replace("  ports:", Hosts, StringComparison.Ordinal);

    private static string Config(string timeout) =>
        $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshConfig
        metadata: {name: default}
        spec: {defaults: {connectTimeout: {{timeout}} } }
        """;
}
