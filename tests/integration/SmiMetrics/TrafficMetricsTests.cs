using System.Globalization;
using System.Text.Json.Nodes;
using XdsServer.Options;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.SmiMetrics;

/// <summary>TrafficMetrics against what a load generator says that it sent through real Envoys.</summary>
public sealed class TrafficMetricsTests : MeshTest, IDisposable
{
    private const double Tolerance = 0.01;

    private readonly HttpClient _admin = new();

    [SkippableTheory]
    [Versions]
    public async Task Counts_are_what_was_sent_within_one_percent(string version)
    {
        var (envoy, fortio) = (EnvoyOf(version), RealParts.Fortio.Require());
        var upstream = await EchoAsync(fortio);
        Mesh.Write("mesh.yaml", Service("web", $"address: 127.0.0.1, port: {upstream}, node: n1") + Service("api", $"address: 127.0.0.1, port: {upstream}, node: n2"));
        await ServeAsync(ReportingOptions());
        var (first, second) = (NewBootstrap() with { ReportsLoad = true, Service = "client" }, NewBootstrap() with { ReportsLoad = true, Service = "batch", Namespace = "jobs" });
        await CountsAsync(await StartEnvoyAsync(envoy, first.Text));
        await CountsAsync(await StartEnvoyAsync(envoy, second.Text));

        var sent = await Task.WhenAll(
            LoadAsync(fortio, first.EgressPort, "web.demo", "/echo?status=503:20", 2000),
            LoadAsync(fortio, second.EgressPort, "web.demo", "/", 1000),
            LoadAsync(fortio, first.EgressPort, "api.demo", "/", 500));

        var ok = sent[0].Ok + sent[1].Ok;
        sent[0].Failed.Should().BePositive("a fifth of the answers is 503");
        await Eventually.HoldsAsync("all reports", async _ => Success(await OneAsync("namespaces/demo/services/web")) >= ok * (1 - Tolerance) && Success(await OneAsync("namespaces/demo/services/api")) >= 500 * (1 - Tolerance));
        Verify(await OneAsync("namespaces/demo/services/web"), ok, sent[0].Failed);
        Verify(await OneAsync("namespaces/demo/services/api"), sent[2].Ok, 0);
        Verify(await OneAsync("namespaces/demo"), ok + sent[2].Ok, sent[0].Failed);
        Verify(await OneAsync("nodes/n1"), ok, sent[0].Failed);
        var edges = await ItemsAsync("namespaces/demo/services/web/edges");
        edges.Select(Peer).Should().Equal("from demo/client", "from jobs/batch");
        Verify(edges[0], sent[0].Ok, sent[0].Failed);
        Verify(edges[1], sent[1].Ok, 0);
    }

    [SkippableFact]
    public async Task Every_service_is_listed_and_one_without_traffic_counts_zero()
    {
        var (envoy, fortio) = (EnvoyOf("newest"), RealParts.Fortio.Require());
        var upstream = await EchoAsync(fortio);
        Mesh.Write("mesh.yaml", Service("web", $"address: 127.0.0.1, port: {upstream}") + Service("idle", "address: 127.0.0.1, port: 1"));
        await ServeAsync(ReportingOptions());
        var bootstrap = NewBootstrap() with { ReportsLoad = true };
        await CountsAsync(await StartEnvoyAsync(envoy, bootstrap.Text));

        await LoadAsync(fortio, bootstrap.EgressPort, "web.demo", "/", 100);

        await Eventually.HoldsAsync("the report of the load", async _ => Success(await OneAsync("namespaces/demo/services/web")) == 100);
        var items = await ItemsAsync("namespaces/demo/services");
        items.Select(i => i!["resource"]!["name"]!.GetValue<string>()).Should().Equal("idle", "web");
        Verify(items[0], 0, 0);
    }

    [SkippableFact]
    public async Task A_split_shows_what_each_backend_got_of_it()
    {
        var (envoy, fortio) = (EnvoyOf("newest"), RealParts.Fortio.Require());
        var upstream = await EchoAsync(fortio);
        Mesh.Write("mesh.yaml", string.Concat(((string[])["web", "web-v1", "web-v2"]).Select(n => Service(n, $"address: 127.0.0.1, port: {upstream}"))));
        Mesh.Write("split.yaml", """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: canary, namespace: demo}
            spec: {service: web, backends: [{service: web-v1, weight: 3}, {service: web-v2, weight: 1}]}
            """);
        await ServeAsync(ReportingOptions());
        var bootstrap = NewBootstrap() with { ReportsLoad = true };
        await CountsAsync(await StartEnvoyAsync(envoy, bootstrap.Text));

        await LoadAsync(fortio, bootstrap.EgressPort, "web.demo", "/", 2000);

        await Eventually.HoldsAsync("the reports", async _ => (await ItemsAsync("namespaces/demo/trafficsplits/canary")).Sum(Success) == 2000);
        var items = await ItemsAsync("namespaces/demo/trafficsplits/canary");
        items.Select(i => i!["backend"]!.ToJsonString()).Should().Equal("""{"apex":"web","name":"web-v1","weight":3}""", """{"apex":"web","name":"web-v2","weight":1}""");
        Success(items[0]).Should().BeInRange(1400, 1600, "three quarters of 2000 are 1500, and five standard deviations 97");
    }

    [SkippableFact]
    public async Task Counts_survive_a_restart_of_the_control_plane()
    {
        var (envoy, fortio) = (EnvoyOf("newest"), RealParts.Fortio.Require());
        var upstream = await EchoAsync(fortio);
        Mesh.Write("mesh.yaml", Service("web", $"address: 127.0.0.1, port: {upstream}"));
        Announce("gRPC config stream");
        var port = FreePort.Take();
        var options = ReportingOptions() with { Grpc = new() { Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}") } };
        TestBootstrap bootstrap;
        await using (var before = await XdsHost.StartAsync(options, CancellationToken.None))
        {
            bootstrap = new() { Grpc = before.GrpcAddress, Rest = before.RestAddress, ReportsLoad = true };
            await CountsAsync(await StartEnvoyAsync(envoy, bootstrap.Text));
        }

        await LoadAsync(fortio, bootstrap.EgressPort, "web.demo", "/", 300);
        await ServeAsync(options);

        await Eventually.HoldsAsync("the report of what was sent in between", async _ => Success(await OneAsync("namespaces/demo/services/web")) == 300);
    }

    /// <inheritdoc/>
    public void Dispose() => _admin.Dispose();

    private static XdsServerOptions ReportingOptions(TemporaryFolder mesh) =>
        OptionsOf(mesh) with { LoadReports = new() { Interval = TimeSpan.FromSeconds(1), Window = TimeSpan.FromMinutes(2) } };

    private XdsServerOptions ReportingOptions() => ReportingOptions(Mesh);

    // An Envoy counts for a cluster from the first report on that it sends while it has the cluster. (It calls its reports responses.)
    private static async Task CountsAsync(EnvoyProcess envoy)
    {
        const string Reports = "load_reporter.responses";
        var before = (await envoy.StatsAsync(Reports))[Reports];
        await Eventually.HoldsAsync("two more load reports", async stop => (await envoy.StatsAsync(Reports, stop))[Reports] >= before + 2);
    }

    // /echo?status=503:20 answers a fifth of the requests with 503.
    private async Task<int> EchoAsync(string fortio)
    {
        var port = FreePort.Take();
        Keep(ProcessOutput.Start(
            fortio, ["server", "-http-port", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-grpc-port", "disabled", "-tcp-port", "disabled", "-udp-port", "disabled", "-redirect-port", "disabled"]));
        await Eventually.HoldsAsync("an echo server", async stop => (await _admin.GetAsync(new Uri($"http://127.0.0.1:{port}/"), stop)).IsSuccessStatusCode);
        return port;
    }

    private async Task<(int Ok, int Failed)> LoadAsync(string fortio, int port, string host, string path, int count)
    {
        var result = Mesh.PathOf($"../{Path.GetFileName(Mesh.Path)}-{Guid.CreateVersion7():n}.json");
        try
        {
            await using var run = await ProcessOutput.RunAsync(
                fortio, ["load", "-quiet", "-allow-initial-errors", "-qps", "500", "-c", "4", "-n", count.ToString(CultureInfo.InvariantCulture), "-H", $"Host:{host}", "-json", result, $"http://127.0.0.1:{port}{path}"]);
            var codes = JsonNode.Parse(await File.ReadAllTextAsync(result))!["RetCodes"]!.AsObject();
            var ok = codes["200"]?.GetValue<int>() ?? 0;
            return (ok, codes.Sum(c => c.Value!.GetValue<int>()) - ok);
        }
        finally
        {
            File.Delete(result);
        }
    }

    private async Task<JsonNode> OneAsync(string path) =>
        JsonNode.Parse(await _admin.GetStringAsync(new Uri($"http://{ControlPlane.AdminAddress}/apis/metrics.smi-spec.io/v1alpha1/{path}")))!;

    private async Task<JsonArray> ItemsAsync(string path) => (await OneAsync(path))["items"]!.AsArray();

    private static double Success(JsonNode? item) => Metric(item, "success_count");

    private static double Metric(JsonNode? item, string name) =>
        double.Parse(item!["metrics"]!.AsArray().Single(m => m!["name"]!.GetValue<string>() == name)!["value"]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private static string Peer(JsonNode? item) => $"{item!["edge"]!["direction"]} {item["edge"]!["resource"]!["namespace"]}/{item["edge"]!["resource"]!["name"]}";

    private static void Verify(JsonNode? item, double succeeded, double failed)
    {
        Success(item).Should().BeApproximately(succeeded, succeeded * Tolerance);
        Metric(item, "failure_count").Should().BeApproximately(failed, failed * Tolerance);
    }

    private static string Service(string name, string endpoint) => Manifests.Service(name, 80, "http", $"{{{endpoint}}}");
}
