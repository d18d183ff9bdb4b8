using System.Globalization;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// The program is killed without warning and started again and again under load. Content has the same version in every process, so a client that comes back
/// is sent what changed (delta) or one full state (state of the world), and nothing is lost.
/// </summary>
public sealed class RestartTests : MeshTest, IDisposable
{
    private const int Services = 150;

    // Every fourth time the host moves to another service, and the old one goes, while nobody is there to say so.
    private const int Restarts = 20;
    private const int MoveEvery = 4;

    private readonly TemporaryFolder _state = new();
    private string _serving = "";

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    [SkippableTheory]
    [InlineData("newest", Transport.DeltaAds)]
    [InlineData("newest", Transport.SotwAds)]
    public async Task Kills_disturb_no_request(string version, Transport transport)
    {
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

        for (var i = 1; i <= Restarts; i++)
        {
            await RememberedAsync(transport);
            await server.DisposeAsync();
            await ConnectedAsync(envoy, 0);
            var moves = i % MoveEvery == 0;
            var serving = i / MoveEvery % upstreams.Length;
            if (moves)
            {
                Mesh.Write("shop.yaml", Shop(i, upstreams[serving]));
            }

            var before = (Bytes: wire.Received, Updates: await UpdatesAsync(envoy, CancellationToken.None));
            server = Start(grpc);
            await ConnectedAsync(envoy, 1);
            await Eventually.HoldsAsync("the answer to the clusters", async stop => await UpdatesAsync(envoy, stop) > before.Updates, () => envoy.LogTail);
            await load.OnlyAnsweredByAsync($"u{serving}");
            await Eventually.HoldsAsync(
                "the shop that serves, and no other",
                async stop => (await envoy.ActiveClustersAsync(stop)).Count(c => c.StartsWith("demo/shop", StringComparison.Ordinal)) == 1,
                () => envoy.LogTail);
            load.Lost.Should().BeEmpty("restart {0} may disturb nobody", i);
            AssertBytes(wire.Received - before.Bytes, first, transport, moves, i);
        }

        await server.DisposeAsync();
        await load.AssertNothingLostAsync();
    }

    // A delta client is sent what changed, which is the table of routes at most. In state of the world all is sent; once some cluster has gone, which is offered for
    // ten minutes from then on, the clusters come once more to take it away.
    private static void AssertBytes(long received, long first, Transport transport, bool moves, int restart)
    {
        var most = (transport, moves) switch
        {
            (Transport.DeltaAds, false) => 0.1,
            (Transport.DeltaAds, true) => 0.6,
            _ when restart < MoveEvery => 1.3,
            _ => 2.3,
        };
        ((double)received / first).Should().BeLessThan(most, "restart {0} sends {1}", restart, transport == Transport.DeltaAds ? "what changed" : "one full state");
    }

    // The file is written a moment after the change; a kill within that moment is a kill before it.
    private Task RememberedAsync(Transport transport) => Eventually.HoldsAsync(
        "a memory of what is served",
        () => transport == Transport.DeltaAds || (File.Exists(MemoryFile) && File.ReadAllText(MemoryFile, System.Text.Encoding.Latin1).Contains(_serving, StringComparison.Ordinal)));

    private string MemoryFile => Path.Combine(_state.Path, "served-clusters");

    private static Task ConnectedAsync(EnvoyProcess envoy, int value) => Eventually.HoldsAsync(
        value == 0 ? "the end of the stream" : "a new stream",
        async stop => (await envoy.StatsAsync("^control_plane.connected_state$", stop)).Values.Single() == value,
        () => envoy.LogTail);

    private static async Task<long> UpdatesAsync(EnvoyProcess envoy, CancellationToken stop) => (await envoy.StatsAsync("^cluster_manager.cds.update_success$", stop)).Values.Single();

    private string Shop(int number, Upstream upstream)
    {
        _serving = $"shop{number.ToString(CultureInfo.InvariantCulture)}";
        return Manifests.Service(_serving, 80, "http", upstream.Port).Replace("  ports:", "  hosts: [shop.test]\n  ports:", StringComparison.Ordinal);
    }

    // Disposing it kills it.
    private ProcessOutput Start(int grpc) => ProcessOutput.Start(
        "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "XdsServer.dll"), "serve", "--files", Mesh.Path,
            "--grpc", $"127.0.0.1:{grpc.ToString(CultureInfo.InvariantCulture)}", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        ],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Xds__Discovery__StateFolder"] = _state.Path },
        folder: AppContext.BaseDirectory);
}
