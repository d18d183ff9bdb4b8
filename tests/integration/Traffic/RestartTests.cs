using System.Globalization;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;
using Xunit.Abstractions;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// The program is killed without warning and started again and again under load. Content has the same version in every process, so a client that comes back
/// is sent what changed (delta) or one full state (state of the world), and nothing is lost.
/// </summary>
public sealed class RestartTests(ITestOutputHelper output) : MeshTest, IDisposable
{
    private const int Services = 150;
    private const string Steady = "other0";

    // Every fourth time the host moves to another service, and the old one goes, while nobody is there to say so.
    private const int MoveEvery = 4;

    private readonly TemporaryFolder _state = new();
    private readonly int _grpc = FreePort.Take();
    private string _serving = "";
    private Upstream[] _upstreams = [];
    private TcpRelay _wire = null!;
    private EnvoyProcess _envoy = null!;
    private ProcessOutput _server = null!;
    private TestBootstrap _bootstrap = null!;

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    [SkippableTheory]
    [InlineData("newest", Transport.DeltaAds)]
    [InlineData("newest", Transport.SotwAds)]
    public Task Twenty_kills_disturb_no_request(string version, Transport transport) => KillAsync(version, transport, times: 20);

    [SkippableTheory]
    [InlineData("oldest", Transport.DeltaAds)]
    [InlineData("oldest", Transport.SotwAds)]
    public Task Eight_kills_disturb_no_request_through_an_old_Envoy(string version, Transport transport) => KillAsync(version, transport, times: 8);

    /// <summary>What docs/protocol.md says of a server without a state folder, and no worse than its figures.</summary>
    [SkippableTheory]
    [Versions(Transport.SotwAds)]
    public async Task Without_a_folder_only_requests_to_what_moved_meanwhile_are_lost_and_only_until_the_new_routes_come(string version, Transport transport)
    {
        await StartAsync(version, transport, remembers: false);
        await using var moved = Load.Start(_bootstrap.EgressPort, "shop.test");
        await using var steady = Load.Start(_bootstrap.EgressPort, Steady);
        await moved.OnlyAnsweredByAsync("u0");

        for (var i = 1; i <= 3; i++)
        {
            await RestartAsync(remembers: false, () => Mesh.Write("shop.yaml", Shop(i, _upstreams[i % 2])));
            await moved.OnlyAnsweredByAsync($"u{i % 2}");
        }

        output.WriteLine($"{version}: {moved.Lost.Count} of {moved.Sent} requests were lost in three moves, {moved.LostFor.TotalMilliseconds:0} ms from the first to the last of a move at most.");
        moved.Lost.Should().NotBeEmpty("that is why there is a folder").And.OnlyContain(l => l.StartsWith("503", StringComparison.Ordinal));
        await steady.AssertNothingLostAsync();
    }

    private async Task KillAsync(string version, Transport transport, int times)
    {
        var first = await StartAsync(version, transport, remembers: true);
        await using var load = Load.Start(_bootstrap.EgressPort, "shop.test");
        await load.OnlyAnsweredByAsync("u0");

        for (var i = 1; i <= times; i++)
        {
            await RememberedAsync(transport);
            var moves = i % MoveEvery == 0;
            var serving = i / MoveEvery % _upstreams.Length;
            var before = _wire.Received;
            await RestartAsync(remembers: true, () => MoveTo(serving, i, moves));
            await load.OnlyAnsweredByAsync($"u{serving}");
            await Eventually.HoldsAsync(
                "the shop that serves, and no other",
                async stop => (await _envoy.ActiveClustersAsync(stop)).Count(c => c.StartsWith("demo/shop", StringComparison.Ordinal)) == 1,
                () => _envoy.LogTail);
            load.Lost.Should().BeEmpty("restart {0} may disturb nobody", i);
            AssertBytes(_wire.Received - before, first, transport, moves, i);
        }

        await load.AssertNothingLostAsync();
    }

    // Returns how many bytes the first configuration took.
    private async Task<long> StartAsync(string version, Transport transport, bool remembers)
    {
        var program = EnvoyOf(version);
        _upstreams = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Upstream.StartAsync($"u{i}")));
        Array.ForEach(_upstreams, u => Keep(u));
        Mesh.Write("many.yaml", string.Concat(Enumerable.Range(0, Services).Select(i => Manifests.Service($"other{i}", 80, "http", _upstreams[0].Port))));
        Mesh.Write("shop.yaml", Shop(0, _upstreams[0]));
        _wire = Keep(TcpRelay.To(() => _grpc));
        _server = Start(remembers);
        _bootstrap = new TestBootstrap { Transport = transport, Grpc = _wire.Address, Rest = _wire.Address, ReconnectsSoon = true };
        Announce("AggregatedResources");
        Announce("gRPC config");
        _envoy = await StartEnvoyAsync(program, _bootstrap.Text);
        return _wire.Received;
    }

    private async Task RestartAsync(bool remembers, Action meanwhile)
    {
        await _server.DisposeAsync();
        await ConnectedAsync(_envoy, 0);
        meanwhile();
        var updates = await UpdatesAsync(_envoy, CancellationToken.None);
        _server = Start(remembers);
        await ConnectedAsync(_envoy, 1);
        await Eventually.HoldsAsync("the answer to the clusters", async stop => await UpdatesAsync(_envoy, stop) > updates, () => _envoy.LogTail);
    }

    private void MoveTo(int serving, int restart, bool moves)
    {
        if (moves)
        {
            Mesh.Write("shop.yaml", Shop(restart, _upstreams[serving]));
        }
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

    // Disposing it kills it with SIGKILL; what a failed test leaves running is disposed with the test.
    private ProcessOutput Start(bool remembers) => Keep(ProcessOutput.Start(
        "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "XdsServer.dll"), "serve", "--files", Mesh.Path,
            "--grpc", $"127.0.0.1:{_grpc.ToString(CultureInfo.InvariantCulture)}", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        ],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["Xds__Discovery__StateFolder"] = remembers ? _state.Path : "" },
        folder: AppContext.BaseDirectory));
}
