using System.Net;
using System.Text.Json;
using XdsServer.Discovery;
using XdsServer.Options;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>The whole server in this process, asked over its admin port.</summary>
public sealed class XdsHostTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();
    private XdsHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await XdsHost.StartAsync(Options(), CancellationToken.None);
        _http.BaseAddress = new Uri($"http://{_host.AdminAddress}");
        await _host.Pipeline.Status.NewerThanAsync(null, CancellationToken.None);
    }

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("/", "text/plain", "/api/v1/streams")]
    [InlineData("/healthz", "text/plain", "ok")]
    [InlineData("/readyz", "text/plain", "ready")]
    [InlineData("/metrics", "text/plain", "xds_ready 1")]
    [InlineData("/metrics", "text/plain", "xds_pipeline_runs_total{result=\"ok\"} ")]
    [InlineData("/metrics", "text/plain", "xds_source_synced{source=\"example\"} 1")]
    public async Task Text_pages_answer(string path, string type, string content)
    {
        using var response = await _http.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be(type);
        (await response.Content.ReadAsStringAsync()).Should().Contain(content);
    }

    [Fact]
    public async Task The_api_shows_sources_and_the_mesh()
    {
        (await GetAsync("/api/v1/sources"))[0].GetProperty("isSynced").GetBoolean().Should().BeTrue();
        (await GetAsync("/api/v1/model")).GetProperty("services").GetArrayLength().Should().Be(4);
        (await GetAsync("/api/v1/diagnostics")).GetArrayLength().Should().Be(0);
        (await GetAsync("/api/v1/streams")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_group_appears_with_its_snapshot_once_a_proxy_has_joined()
    {
        (await GetAsync("/api/v1/groups")).GetArrayLength().Should().Be(0);
        var node = new Envoy.Config.Core.V3.Node { Id = "s1", Metadata = new() { Fields = { ["profile"] = Google.Protobuf.WellKnownTypes.Value.ForString("sidecar") } } };
        using var lease = _host.Groups.Join(node, new PeerInfo("test", false, []));
        await lease.Snapshot.NewerThanAsync(null, CancellationToken.None);

        (await GetAsync("/api/v1/groups"))[0].GetProperty("members").GetInt32().Should().Be(1);
        var clusters = (await GetAsync("/api/v1/snapshots?type=cds&content=true"))[0].GetProperty("types")[0].GetProperty("resources");
        clusters.EnumerateArray().Select(c => c.GetProperty("name").GetString()).Should().Contain("default/hello/http");
        clusters[0].GetProperty("origins").GetArrayLength().Should().BePositive();
        clusters[0].GetProperty("content").GetProperty("name").GetString().Should().Be(clusters[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/snapshots?type=xyz", HttpStatusCode.BadRequest)]
    public async Task Wrong_requests_are_told_what_to_do(string path, HttpStatusCode status)
    {
        using var response = await _http.GetAsync(path);

        response.StatusCode.Should().Be(status);
        (await response.Content.ReadAsStringAsync()).Should().Contain("remedy");
    }

    [Fact]
    public async Task The_admin_api_only_reads()
    {
        using var response = await _http.PostAsync("/api/v1/model", null);

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Nothing_of_the_admin_api_is_on_the_rest_port()
    {
        using var response = await _http.GetAsync($"http://{_host.RestAddress}/api/v1/model");

        response.IsSuccessStatusCode.Should().BeFalse();
    }

    [Fact]
    public async Task Two_servers_in_one_process_do_not_mix_their_metrics()
    {
        await using var other = await XdsHost.StartAsync(Options(), CancellationToken.None);

        var text = await _http.GetStringAsync("/metrics");

        text.Split('\n').Should().ContainSingle(l => l.StartsWith("xds_services ", StringComparison.Ordinal));
    }

    // What a leak shows in: the heap in use after a full collection, and which that was.
    [Fact]
    public async Task Metrics_tell_what_the_last_full_collection_left()
    {
        var kept = new byte[500_000_000];

        GC.Collect();

        (await LiveBytesAsync()).Should().BeGreaterThan(kept.Length, "whatever other tests in this process take and give back, this is in use");
        (await _http.GetStringAsync("/metrics")).Should().Contain("dotnet_gc_collections_total{generation=\"2\"} ");
        GC.KeepAlive(kept);
    }

    [Fact]
    public async Task Options_that_make_no_sense_start_nothing()
    {
        var start = () => XdsHost.StartAsync(Options() with { Log = new LogOptions { Level = "loud" } }, CancellationToken.None);

        (await start.Should().ThrowAsync<OptionsException>()).Which.Problems.Should().ContainSingle().Which.Should().Contain("Xds:Log:Level");
    }

    private async Task<double> LiveBytesAsync()
    {
        const string Name = "dotnet_gc_live_bytes ";
        var line = (await _http.GetStringAsync("/metrics")).Split('\n').Single(l => l.StartsWith(Name, StringComparison.Ordinal));
        return double.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static XdsServerOptions Options() => new()
    {
        Grpc = new GrpcOptions { Address = "127.0.0.1:0" },
        Rest = new RestOptions { Address = "127.0.0.1:0" },
        Admin = new AdminOptions { Address = "127.0.0.1:0" },
        Log = new LogOptions { Level = "warning" },
    };

    private async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(path));
        return document.RootElement.Clone();
    }
}
