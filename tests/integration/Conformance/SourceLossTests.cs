using XdsServer.Options;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Sections 1D and 1F, seen through the whole server: sources that fail take nothing away (duties 59, 74).</summary>
public sealed class SourceLossTests : IAsyncLifetime, IDisposable
{
    private static readonly ResourceType Cds = ResourceType.Cluster;

    private readonly string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;
    private XdsHost? _host;
    private XdsClient? _proxy;

    private XdsHost Host => _host!;

    private XdsClient Proxy => _proxy!;

    private string Mesh => Path.Combine(_folder, "mesh");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Mesh);
        Write("a", port: 80);
        Write("b", port: 80);
        var options = new XdsServerOptions
        {
            Grpc = new() { Address = "127.0.0.1:0" },
            Rest = new() { Address = "127.0.0.1:0" },
            Admin = new() { Address = "127.0.0.1:0" },
            Files = new() { Paths = [Mesh], PollInterval = TimeSpan.FromMilliseconds(100) },
            Groups = new() { Default = new() { Profile = "sidecar" } },
        };
        _host = await XdsHost.StartAsync(options, CancellationToken.None);
        _proxy = new XdsClient(new Uri($"http://{_host.GrpcAddress}"), "of-the-whole-server");
    }

    public async Task DisposeAsync()
    {
        await (_host?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _proxy?.Dispose();

    [OursTheory(NotInContract.Lifecycle)]
    [BothVariants]
    public async Task Duty_59_A_source_that_is_lost_takes_nothing_away(Variant variant)
    {
        await using var stream = await WatchAsync(variant);

        Directory.Move(Mesh, Mesh + "-elsewhere");
        await TroubledAsync();
        await using var late = await WatchAsync(variant);
        Directory.Move(Mesh + "-elsewhere", Mesh);
        Write("c", port: 80);

        (await UntilAsync(stream, "default/c/http")).SelectMany(a => a.Removed).Should().BeEmpty();
    }

    [OursTheory(NotInContract.Lifecycle)]
    [BothVariants]
    public async Task Duty_74_An_object_that_is_broken_does_not_hold_up_the_others(Variant variant)
    {
        await using var stream = await WatchAsync(variant);

        File.WriteAllText(Path.Combine(Mesh, "a.yaml"), "apiVersion: [\n");
        Write("c", port: 80);

        var answers = await UntilAsync(stream, "default/c/http");
        answers.SelectMany(a => a.Removed).Should().BeEmpty();
        await using var late = await WatchAsync(variant);
    }

    // Whoever asks for all gets a and b.
    private async Task<XdsStream> WatchAsync(Variant variant)
    {
        var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        (await stream.AcceptAsync(Cds)).Names.Should().Contain(["default/a/http", "default/b/http"]);
        return stream;
    }

    // In state of the world each answer is the full state, so what it lacks is taken away.
    private static async Task<IReadOnlyList<Answer>> UntilAsync(XdsStream stream, string cluster)
    {
        var answers = await stream.AcceptUntilAsync(a => a.Names.Contains(cluster));
        if (stream.Variant == Variant.Sotw)
        {
            answers.Should().OnlyContain(a => a.Names.Contains("default/a/http") && a.Names.Contains("default/b/http"));
        }

        return answers;
    }

    private async Task TroubledAsync()
    {
        using var limit = new CancellationTokenSource(Deadline.Length);
        var status = await Host.Pipeline.Status.NewerThanAsync(seen: null, limit.Token);
        while (status.Diagnostics.IsEmpty)
        {
            status = await Host.Pipeline.Status.NewerThanAsync(status, limit.Token);
        }
    }

    private void Write(string service, int port) => File.WriteAllText(Path.Combine(Mesh, service + ".yaml"), $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: {{service}}}
        spec:
          ports:
          - {name: http, port: {{port}}, protocol: http}
          endpoints:
          - {address: 127.0.0.1, port: 8080}
        """);
}
