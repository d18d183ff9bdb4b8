using XdsServer.Options;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// What a test with real proxies needs: a folder of manifests, a control plane on it, Envoys, upstreams. At the end every Envoy must have accepted all that it
/// was sent, and all is stopped in the reverse order.
/// </summary>
public abstract class MeshTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _started = [];
    private readonly List<EnvoyProcess> _envoys = [];
    private readonly List<string> _announced = [];

    private protected TemporaryFolder Mesh { get; } = new();

    private protected XdsHost ControlPlane { get; private set; } = null!;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        try
        {
            foreach (var envoy in _envoys)
            {
                await envoy.AssertCleanAsync([.. _announced]);
            }
        }
        finally
        {
            foreach (var part in Enumerable.Reverse(_started))
            {
                await part.DisposeAsync();
            }

            Mesh.Dispose();
        }
    }

    private protected static string EnvoyOf(string version) => (version == "newest" ? RealParts.Envoy : RealParts.OldEnvoy).Require();

    private protected T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Add(part);
        return part;
    }

    private protected async Task<T> KeepAsync<T>(Task<T> part)
        where T : IAsyncDisposable => Keep(await part);

    // Warnings that the test provokes, for example by stopping the control plane.
    private protected void Announce(string warning) => _announced.Add(warning);

    private protected async Task<XdsHost> ServeAsync(XdsServerOptions? options = null)
    {
        ControlPlane = await KeepAsync(XdsHost.StartAsync(options ?? OptionsOf(Mesh), CancellationToken.None));
        return ControlPlane;
    }

    private protected static XdsServerOptions OptionsOf(TemporaryFolder mesh) => new()
    {
        Grpc = new() { Address = "127.0.0.1:0" },
        Rest = new() { Address = "127.0.0.1:0" },
        Admin = new() { Address = "127.0.0.1:0" },
        Files = new() { Paths = [mesh.Path] },
        Log = new() { Level = "warning" },
        ShutdownTimeout = TimeSpan.FromSeconds(1),
    };

    private protected TestBootstrap NewBootstrap(Transport transport = Transport.DeltaAds) =>
        new() { Transport = transport, Grpc = ControlPlane.GrpcAddress, Rest = ControlPlane.RestAddress };

    private protected async Task<EnvoyProcess> StartEnvoyAsync(string program, string bootstrap, params string[] more)
    {
        var envoy = await KeepAsync(EnvoyProcess.StartAsync(program, bootstrap, more));
        _envoys.Add(envoy);
        await envoy.ReadyAsync();
        return envoy;
    }

    private protected ProxyClient ClientOf(int port)
    {
        var client = new ProxyClient(port);
        Keep(new Disposing(client));
        return client;
    }

    private sealed class Disposing(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
