using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Splits change while requests flow, and none is lost.</summary>
public sealed class SplitChangeTests : SmiMesh
{
    private const int Changes = 150;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    [SkippableTheory]
    [Versions]
    public async Task Weights_change_every_200_ms_for_half_a_minute(string version)
    {
        var services = await ServicesAsync("http", "web", "v1", "v2");
        var (envoy, port) = await SidecarOfAsync(version, services + Split("web", "v1: 100, v2: 0"));
        await using var load = Load.Start(port, "web");
        await load.OnlyAnsweredByAsync("v1");

        using var pace = new PeriodicTimer(Pace);
        for (var i = 1; i <= Changes && await pace.WaitForNextTickAsync(CancellationToken.None); i++)
        {
            var weight = i % 21 * 5;
            Mesh.Write("mesh.yaml", services + Split("web", $"v1: {100 - weight}, v2: {weight}"));
        }

        await ChangeRoutesAsync(envoy, "mesh.yaml", services + Split("web", "v1: 0, v2: 100"));
        await load.OnlyAnsweredByAsync("v2");
        load.AnswersOf("v1").Should().BePositive();
        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions]
    public async Task Splits_come_and_go_with_their_backends(string version)
    {
        var web = await ServicesAsync("http", "web");
        var v2 = await ServicesAsync("http", "v2");
        var (_, port) = await SidecarOfAsync(version, web);
        await using var load = Load.Start(port, "web");
        await load.OnlyAnsweredByAsync("web");

        for (var round = 0; round < 5; round++)
        {
            Mesh.Write("mesh.yaml", web + v2 + Split("web", "v2: 1"));
            await load.OnlyAnsweredByAsync("v2");
            Mesh.Write("mesh.yaml", web);
            await load.OnlyAnsweredByAsync("web");
        }

        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions]
    public async Task A_restart_of_the_control_plane_in_mid_canary_reverts_no_weight(string version)
    {
        var program = EnvoyOf(version);
        Mesh.Write("mesh.yaml", await ServicesAsync("http", "web", "v1", "v2") + Split("web", "v1: 50, v2: 50"));
        var first = await XdsHost.StartAsync(OptionsOf(Mesh), CancellationToken.None);
        var bootstrap = new TestBootstrap { Grpc = first.GrpcAddress, Rest = first.RestAddress };
        Announce("gRPC config");
        Announce("DeltaAggregatedResources");
        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "web");
        await load.MoreAsync(50);

        await first.DisposeAsync();
        await Eventually.HoldsAsync("the end of the stream", async stop => (await envoy.StatsAsync("^control_plane.connected_state$", stop)).Values.All(v => v == 0));
        (await Shares.OfRequestsAsync(bootstrap.EgressPort, "web", 400)).ShouldBe(("v1", 50), ("v2", 50));
        await ServeAsync(OptionsOf(Mesh) with { Grpc = new() { Address = first.GrpcAddress.ToString() } });
        await Eventually.HoldsAsync("a new stream", async stop => (await envoy.StatsAsync("^control_plane.connected_state$", stop)).Values.All(v => v == 1));

        (await Shares.OfRequestsAsync(bootstrap.EgressPort, "web", 400)).ShouldBe(("v1", 50), ("v2", 50));
        await load.AssertNothingLostAsync();
    }

    [SkippableFact]
    public async Task Weights_of_TCP_change_while_connections_are_made()
    {
        string[] names = ["v1", "v2"];
        var upstreams = names.Select(n => Keep(TcpUpstream.Start(n))).ToList();
        var port = FreePort.Take();
        var services = string.Concat(names.Select((n, i) => Manifests.Service(n, port, "tcp", upstreams[i].Port))) + Manifests.Service("zdb", port, "tcp", upstreams[0].Port);
        await SidecarAsync("newest", services + Split("zdb", "v1: 1, v2: 0"));
        await Eventually.HoldsAsync("the listener", async stop => await TcpUpstream.AskAsync("127.0.0.1", port, "x", stop) is not null);

        foreach (var (weights, last) in ((string, string)[])[("v1: 0, v2: 1", "v2"), ("v1: 1, v2: 1", "v1"), ("v1: 0, v2: 1", "v2")])
        {
            Mesh.Write("mesh.yaml", services + Split("zdb", weights));
            var answers = new List<string?>();
            await Eventually.HoldsAsync($"connections to {last}", async stop =>
            {
                answers.Add((await TcpUpstream.AskAsync("127.0.0.1", port, "x", stop))?.Split(':')[0]);
                return answers[^1] == last;
            });
            answers.Should().NotContainNulls("no connection may fail");
        }
    }

    [SkippableFact]
    public async Task A_broken_split_keeps_its_last_good_form()
    {
        var services = await ServicesAsync("http", "web", "v1", "v2");
        var (envoy, port) = await SidecarOfAsync("newest", services);
        await ChangeRoutesAsync(envoy, "split.yaml", Split("web", "v1: 1"));
        await using var load = Load.Start(port, "web");
        await load.OnlyAnsweredByAsync("v1");

        Mesh.Write("split.yaml", Split("web", "v1: 1, v2: -5"));
        await ChangeRoutesAsync(envoy, "other.yaml", Manifests.Service("other", 80, "http", 1));
        await load.OnlyAnsweredByAsync("v1");

        await load.AssertNothingLostAsync();
    }
}
