using System.Globalization;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// The program is killed without warning and started again and again under load. Content has the same version in every process, so a client that comes back
/// is sent what changed (delta) or one full state (state of the world), and nothing is lost.
/// </summary>
public sealed class RestartTests : MeshTest
{
    private const int Services = 150;

    // Every fourth time the host moves to another service, and the old one goes, while nobody is there to say so.
    private const int MoveEvery = 4;

    [SkippableTheory]
    [InlineData("newest", Transport.DeltaAds, 20)]
    [InlineData("newest", Transport.SotwAds, 6)]
    public async Task Kills_disturb_no_request(string version, Transport transport, int restarts)
    {
        // In state of the world a new process cannot know what its predecessor served and the client still uses (docs/protocol.md).
        var movesWhileDown = transport == Transport.DeltaAds;
        var envoyProgram = EnvoyOf(version);
        var upstreams = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Upstream.StartAsync($"u{i}")));
        Array.ForEach(upstreams, u => Keep(u));
        Mesh.Write("many.yaml", string.Concat(Enumerable.Range(0, Services).Select(i => Manifests.Service($"other{i}", 80, "http", upstreams[0].Port))));
        Mesh.Write("shop.yaml", Shop(0, upstreams[0]));
        var grpc = FreePort.Take();
        var wire = Keep(TcpRelay.To(() => grpc));
        var server = Start(grpc);
        var bootstrap = new TestBootstrap { Transport = transport, Grpc = wire.Address, Rest = wire.Address, ReconnectsSoon = true };
        Announce("AggregatedResources");
        Announce("gRPC config");
        var envoy = await StartEnvoyAsync(envoyProgram, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "shop.test");
        await load.OnlyAnsweredByAsync("u0");
        var first = wire.Received;

        for (var i = 1; i <= restarts; i++)
        {
            await server.DisposeAsync();
            await ConnectedAsync(envoy, 0);
            var moves = movesWhileDown && i % MoveEvery == 0;
            var serving = (movesWhileDown ? i / MoveEvery : 0) % upstreams.Length;
            if (moves)
            {
                Mesh.Write("shop.yaml", Shop(i, upstreams[serving]));
            }

            var before = (Bytes: wire.Received, Updates: await UpdatesAsync(envoy, CancellationToken.None));
            server = Start(grpc);
            await ConnectedAsync(envoy, 1);
            await Eventually.HoldsAsync("the answer to the clusters", async stop => await UpdatesAsync(envoy, stop) > before.Updates, () => envoy.LogTail);
            await load.OnlyAnsweredByAsync($"u{serving}");
            var share = (double)(wire.Received - before.Bytes) / first;
            share.Should().BeLessThan(transport == Transport.DeltaAds && !moves ? 0.1 : transport == Transport.DeltaAds ? 0.6 : 1.3, "restart {0} sends {1}", i, transport == Transport.DeltaAds ? "what changed" : "one full state");
            load.Lost.Should().BeEmpty("restart {0} may disturb nobody", i);
        }

        await server.DisposeAsync();
        await load.AssertNothingLostAsync();
    }

    private static Task ConnectedAsync(EnvoyProcess envoy, int value) => Eventually.HoldsAsync(
        value == 0 ? "the end of the stream" : "a new stream",
        async stop => (await envoy.StatsAsync("^control_plane.connected_state$", stop)).Values.Single() == value,
        () => envoy.LogTail);

    private static async Task<long> UpdatesAsync(EnvoyProcess envoy, CancellationToken stop) => (await envoy.StatsAsync("^cluster_manager.cds.update_success$", stop)).Values.Single();

    private static string Shop(int number, Upstream upstream) =>
        Manifests.Service($"shop{number.ToString(CultureInfo.InvariantCulture)}", 80, "http", upstream.Port).Replace("  ports:", "  hosts: [shop.test]\n  ports:", StringComparison.Ordinal);

    // Disposing it kills it.
    private ProcessOutput Start(int grpc) => ProcessOutput.Start(
        "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "XdsServer.dll"), "serve", "--files", Mesh.Path,
            "--grpc", $"127.0.0.1:{grpc.ToString(CultureInfo.InvariantCulture)}", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        ],
        folder: AppContext.BaseDirectory);
}
