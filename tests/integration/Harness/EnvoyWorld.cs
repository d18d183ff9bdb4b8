using System.Net;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// A real Envoy that gets its resources one by one as the test makes them, past sources and translators: for states that those would never produce, and for
/// streams with settings of their own. The server can be stopped and started again with another world.
/// </summary>
internal sealed class EnvoyWorld : IAsyncDisposable
{
    private readonly TcpRelay _wire;
    private OwnTarget _target;

    private EnvoyWorld(OwnTarget target)
    {
        _target = target;
        _wire = TcpRelay.To(() => _target.GrpcAddress.Port);
    }

    public EnvoyProcess Envoy { get; private set; } = null!;

    /// <summary>What is served.</summary>
    public OwnWorld World => _target.Worlds.Current;

    /// <summary>The server's view of Envoy's newest aggregated stream; null while there is none.</summary>
    public StreamStatus? Stream => _target.Discovery.Streams.Read().LastOrDefault();

    /// <summary>Starts server and Envoy; <paramref name="seed"/> makes the first world. Envoy need not be ready. Unless it fetches clusters, it has none but on demand.</summary>
    public static async Task<EnvoyWorld> StartAsync(string program, Transport transport, DiscoveryOptions options, Action<OwnWorld> seed, bool fetchesClusters = true, params string[] more)
    {
        var target = await OwnTarget.StartAsync(options, new GrpcLimits());
        seed(target.Worlds.Renew());
        var world = new EnvoyWorld(target);
        var bootstrap = new TestBootstrap { Transport = transport, Grpc = world._wire.Address, Rest = AddressOf(target.RestAddress), FetchesClusters = fetchesClusters, TakesTtl = true };
        world.Envoy = await EnvoyProcess.StartAsync(program, bootstrap.Text, more);
        return world;
    }

    /// <summary>Breaks the connection; the server remembers what it served. Returns when both sides know.</summary>
    public async Task CutAsync()
    {
        _wire.Cut();
        await Eventually.HoldsAsync("the end of the stream", async stop => Stream is null && (await Envoy.StatsAsync("^control_plane.connected_state$", stop)).Values.All(v => v == 0), Describe);
    }

    /// <summary>Lets Envoy connect again.</summary>
    public void Mend() => _wire.Mend();

    /// <summary>Puts another server in place, with the same world and no memory.</summary>
    public async Task ReplaceServerAsync(DiscoveryOptions options)
    {
        var old = _target;
        _target = await OwnTarget.StartAsync(options, new GrpcLimits(), old.Worlds);
        await old.DisposeAsync();
    }

    /// <summary>Waits until the server has nothing more to send and Envoy has answered everything.</summary>
    public Task InStepAsync() => Eventually.HoldsAsync(
        "Envoy to be in step",
        () => Stream is { } stream && stream.Types.Length > 0 && stream.Types.All(t => t.InFlight == 0 && t.Waiting.IsEmpty),
        Describe);

    /// <summary>What the server knows, for failure messages.</summary>
    public string Describe() => Stream is not { } stream
        ? "there is no stream"
        : string.Join('\n', stream.Types.Select(t => $"{t.Type}: {t.InFlight} in flight, error '{t.Error}', waiting: {string.Join("; ", t.Waiting)}")) + "\n" + Envoy.LogTail;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndedAsync(Envoy);
        await EndedAsync(_wire);
        await EndedAsync(_target);
    }

    // What does not end fails its test by name, and does not hold up all others.
    private static Task EndedAsync(IAsyncDisposable part) => part.DisposeAsync().AsTask().WaitAsync(Deadline.Length);

    private static IPEndPoint AddressOf(Uri uri) => new(IPAddress.Loopback, uri.Port);
}
