using XdsServer.Options;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>Export over OTLP to a collector that listens.</summary>
public sealed class TelemetryTests
{
    [Theory]
    [InlineData("grpc", "MetricsService/Export", "TraceService/Export")]
    [InlineData("http/protobuf", "/v1/metrics", "/v1/traces")]
    public async Task Metrics_and_traces_reach_the_collector(string protocol, string metrics, string traces)
    {
        await using var collector = await Collector.StartAsync(protocol);
        using var mesh = new TemporaryFolder();
        mesh.Write("web.yaml", Manifests.Service("web", 80, "http", 8080));

        await using (var host = await XdsHost.StartAsync(Options(mesh, new() { OtlpEndpoint = collector.Url, OtlpProtocol = protocol, MetricsInterval = TimeSpan.FromMilliseconds(200) }), CancellationToken.None))
        {
            await host.Pipeline.Status.NewerThanAsync(null, CancellationToken.None);
            await collector.ReceivedAsync(metrics, "xds_");
        }

        // Spans go in batches; what is left goes when the server stops.
        await collector.ReceivedAsync(traces, "xds-control-plane");
    }

    [Fact]
    public async Task A_collector_that_is_not_there_disturbs_nobody()
    {
        using var mesh = new TemporaryFolder();
        mesh.Write("web.yaml", Manifests.Service("web", 80, "http", 8080));

        await using var host = await XdsHost.StartAsync(Options(mesh, new() { OtlpEndpoint = $"http://127.0.0.1:{FreePort.Take()}", MetricsInterval = TimeSpan.FromMilliseconds(50) }), CancellationToken.None);

        var first = await host.Pipeline.Status.NewerThanAsync(null, CancellationToken.None);
        mesh.Write("api.yaml", Manifests.Service("api", 80, "http", 8081));
        await host.Pipeline.Status.NewerThanAsync(first, CancellationToken.None);
    }

    private static XdsServerOptions Options(TemporaryFolder mesh, TelemetryOptions telemetry) => new()
    {
        Grpc = new() { Address = "127.0.0.1:0" },
        Rest = new() { Address = "127.0.0.1:0" },
        Admin = new() { Address = "127.0.0.1:0" },
        Files = new() { Paths = [mesh.Path] },
        Log = new() { Level = "warning" },
        Telemetry = telemetry,
    };
}
