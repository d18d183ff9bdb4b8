using System.Net;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// A real Envoy that gets its resources one by one as the test makes them, past sources and translators: for states that those would never produce, and for
/// streams with settings of their own. The server can be stopped and started again with another world.
/// </summary>
internal sealed class EnvoyWorld : IAsyncDisposable
{
    private readonly DiscoveryOptions _options;
    private OwnTarget _target;

    private EnvoyWorld(DiscoveryOptions options, OwnTarget target, EnvoyProcess envoy)
    {
        _options = options;
        _target = target;
        Envoy = envoy;
    }

    public EnvoyProcess Envoy { get; }

    /// <summary>What is served.</summary>
    public OwnWorld World => _target.Worlds.Current;

    /// <summary>The server's view of Envoy's newest aggregated stream; null while there is none.</summary>
    public StreamStatus? Stream => _target.Discovery.Streams.Read().LastOrDefault();

    /// <summary>Starts server and Envoy; <paramref name="seed"/> makes the first world. Envoy need not be ready.</summary>
    public static async Task<EnvoyWorld> StartAsync(string program, Transport transport, DiscoveryOptions options, Action<OwnWorld> seed, params string[] more)
    {
        var target = await OwnTarget.StartAsync(options, new GrpcLimits());
        seed(target.Worlds.Renew());
        var bootstrap = new TestBootstrap { Transport = transport, Grpc = AddressOf(target.GrpcAddress), Rest = AddressOf(target.RestAddress) };
        return new EnvoyWorld(options, target, await EnvoyProcess.StartAsync(program, bootstrap.Text, more));
    }

    /// <summary>Takes the server away: all streams end.</summary>
    public Task StopServerAsync() => _target.StopAsync();

    /// <summary>Brings it back on the same address with what the world has become; it remembers nothing of its streams.</summary>
    public async Task RestartServerAsync()
    {
        var (worlds, port) = (_target.Worlds, _target.GrpcAddress.Port);
        await _target.DisposeAsync();
        _target = await OwnTarget.StartAsync(_options, new GrpcLimits(), worlds, port);
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
        await Envoy.DisposeAsync();
        await _target.DisposeAsync();
    }

    private static IPEndPoint AddressOf(Uri uri) => new(IPAddress.Loopback, uri.Port);
}
