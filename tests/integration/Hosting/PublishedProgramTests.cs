using System.Net.Http.Json;
using System.Text.Json;
using XdsServer.Cli;
using XdsServer.Model;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>
/// What native compilation could break: all that finds types, members or resources by their names, and all that makes code while it runs. The published program must do
/// as the built one does, and all that <see cref="ProgramTests"/> asks of that.
/// </summary>
public sealed class PublishedProgramTests(PublishedProgram published) : ProgramTests, IClassFixture<PublishedProgram>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _mesh = new();

    private protected override ServerProgram Program => published.Program;

    public void Dispose()
    {
        _folder.Dispose();
        _mesh.Dispose();
    }

    // A few of each area: they differ in the kinds of manifests and of resources.
    public static TheoryData<string> Golden() => [.. GoldenMesh.Names().GroupBy(n => n.Split('/')[0]).SelectMany(area => area.Take(3))];

    [SkippableFact]
    public void It_is_one_file()
    {
        var folder = Path.GetDirectoryName(Program.Path)!;

        Directory.GetFiles(folder).Should().ContainSingle("symbols and settings of the build are not shipped").Which.Should().Be(Program.Path);
        File.ReadAllBytes(Program.Path)[..4].Should().Equal([0x7F, (byte)'E', (byte)'L', (byte)'F'], "it is machine code and nothing else");
    }

    [SkippableTheory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("serve --help")]
    [InlineData("translate --help")]
    [InlineData("serve --nothing")]
    [InlineData("serve --config {folder}/bad-time.json")]
    [InlineData("serve --config {folder}/bad-number.json")]
    [InlineData("serve --config {folder}/bad-key.json")]
    [InlineData("validate {folder}/broken.yaml")]
    [InlineData("validate {folder}/strange.yaml")]
    [InlineData("bootstrap --profile gateway --service edge")]
    [InlineData("bootstrap --profile grpc")]
    public async Task It_says_what_the_built_program_says(string command)
    {
        _folder.Write("bad-time.json", """{"Xds": {"Pipeline": {"Quiet": "soon"}}}""");
        _folder.Write("bad-number.json", """{"Xds": {"Groups": {"Default": {"EgressPort": "many"}}}}""");
        _folder.Write("bad-key.json", """{"Xds": {"Groups": {"Rules": [{"Use": {"Profil": "gateway"}}]}}}""");
        _folder.Write("broken.yaml", "apiVersion: [v1\nkind: {");
        _folder.Write("strange.yaml", Strange);
        var arguments = command.Replace("{folder}", _folder.Path, StringComparison.Ordinal).Split(' ');

        await using var ours = await Program.RunAsync(arguments);
        await using var expected = await ServerProgram.Built.RunAsync(arguments);

        ours.ExitCode.Should().Be(expected.ExitCode);
        ours.Lines.Should().BeEquivalentTo(expected.Lines);
        ours.Lines.Should().NotBeEmpty();
    }

    [SkippableTheory]
    [InlineData("quickstart", "sidecar", "default", "")]
    [InlineData("compose", "sidecar", "demo", "ping")]
    [InlineData("compose", "gateway", "demo", "edge")]
    [InlineData("canary", "transparent", "default", "")]
    [InlineData("canary", "node", "default", "")]
    [InlineData("canary", "grpc", "default", "")]
    public async Task Examples_are_validated_and_translated_alike(string example, string profile, string space, string service)
    {
        var folder = Repository.PathOf("examples", example);

        await SaysAsTestedAsync("validate", folder);
        await SaysAsTestedAsync(["translate", folder, "--profile", profile, "--namespace", space, .. service.Length > 0 ? new[] { "--service", service } : [], "-o", "json"]);
        await SaysAsTestedAsync(["translate", folder, "--profile", profile, "--namespace", space, .. service.Length > 0 ? new[] { "--service", service } : []]);
    }

    [SkippableTheory]
    [MemberData(nameof(Golden))]
    public async Task Every_kind_of_manifest_is_translated_alike(string name)
    {
        var mesh = GoldenMesh.Read(name);

        await SaysAsTestedAsync(
            ["translate", mesh.InputFile, "--profile", mesh.Group.Profile.ToString().ToLowerInvariant(), "--namespace", mesh.Group.Namespace, .. mesh.Group.Service.Length > 0 ? new[] { "--service", mesh.Group.Service } : []]);
    }

    [SkippableTheory]
    [InlineData(Transport.DeltaAds)]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.Rest)]
    public async Task An_Envoy_is_served_and_seen_alike(Transport transport)
    {
        var envoy = RealParts.Envoy.Require();
        await using var upstream = await Upstream.StartAsync("published");
        await using var collector = await Collector.StartAsync("http/protobuf");
        _mesh.Write("web.yaml", Manifests.Service("web", 80, "http", upstream.Port));
        _mesh.Write("raw.yaml", Strange);
        var settings = Settings(collector.Url, isEncrypted: transport == Transport.DeltaAds);

        var ours = await SeenAsync(Program, settings, envoy, transport, upstream.Name);
        await collector.ReceivedAsync("/v1/metrics", "xds_");
        var expected = await SeenAsync(ServerProgram.Built, settings, envoy, transport, upstream.Name);

        ours.Should().BeEquivalentTo(expected);
        ours.Should().Contain("/api/v1/diagnostics[].code").And.Contain("/api/v1/snapshots?content=true[].types[].resources[].content.name").And.Contain("xds_ready");
    }

    [SkippableFact]
    public async Task Lists_dictionaries_and_defaults_of_settings_are_read()
    {
        _mesh.Write("web.yaml", Manifests.Service("web", 80, "http", 8080));
        await using var server = await Program.ServeAsync("--config", Settings(collector: "", isEncrypted: false));
        using var http = new HttpClient();

        using var answer = await http.PostAsJsonAsync($"http://{server.Rest}/v3/discovery:clusters", new { node = new { id = "a", metadata = new { team = "blue" } } });
        using var bad = await http.PostAsJsonAsync($"http://{server.Rest}/v3/discovery:nothing", new { });

        (await answer.Content.ReadAsStringAsync()).Should().Contain("demo/web/main").And.Contain("envoy.config.cluster.v3.Cluster");
        (await http.GetStringAsync($"http://{server.Admin}/api/v1/groups")).Should().Contain("16001");
        JsonDocument.Parse(await bad.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString().Should().Contain("Paths:");
    }

    [SkippableTheory]
    [InlineData("list")]
    [InlineData("describe envoy.config.cluster.v3.Cluster")]
    [InlineData("grpc.health.v1.Health/Check")]
    public async Task Reflection_and_health_answer(string command)
    {
        var grpcurl = RealParts.Grpcurl.Require();
        await using var server = await Program.ServeAsync();
        await using var expected = await ServerProgram.Built.ServeAsync();

        await using var ours = await ProcessOutput.RunAsync(grpcurl, Arguments(server));
        await using var theirs = await ProcessOutput.RunAsync(grpcurl, Arguments(expected));

        ours.ExitCode.Should().Be(0, "{0}", ours.Tail);
        ours.Lines.Should().Equal(theirs.Lines);

        string[] Arguments(RunningServer of) => command.StartsWith("describe", StringComparison.Ordinal) || command == "list"
            ? ["-plaintext", of.Grpc.ToString(), .. command.Split(' ')]
            : ["-plaintext", of.Grpc.ToString(), command];
    }

    private const string Strange =
        """
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: EnvoyResource
        metadata: {name: strange, namespace: demo}
        spec:
          resource: {"@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: strange, no_such_field: 1}
        """;

    private static readonly string[] Pages = ["sources", "model", "groups", "snapshots?content=true", "streams", "diagnostics"];

    // A server on the folder, an Envoy on it, a request through that; then the names of all that the admin port shows.
    private async Task<IReadOnlyList<string>> SeenAsync(ServerProgram program, string settings, string envoy, Transport transport, string upstream)
    {
        await using var server = await program.ServeAsync("--config", settings);
        var bootstrap = new TestBootstrap { Grpc = server.Grpc, Rest = server.Rest, Transport = transport, ServerCertificate = transport == Transport.DeltaAds ? _folder.PathOf("server.pem") : null };
        await using var proxy = await EnvoyProcess.StartAsync(envoy, bootstrap.Text);
        await proxy.ReadyAsync();
        using var client = new ProxyClient(bootstrap.EgressPort);
        await client.AnsweredByAsync("web", upstream, state: () => string.Join('\n', server.Process.Lines));
        await proxy.AssertCleanAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Admin}") };
        var names = new SortedSet<string>((await http.GetStringAsync("/metrics")).Split('\n').Select(l => l.Split(' ', '{')[0]), StringComparer.Ordinal);
        foreach (var path in Pages.Select(p => $"/api/v1/{p}"))
        {
            using var document = JsonDocument.Parse(await http.GetStringAsync(path));
            names.UnionWith(NamesOf(document.RootElement, path));
        }

        return [.. names];
    }

    private static IEnumerable<string> NamesOf(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => NamesOf(p.Value, $"{path}.{p.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(e => NamesOf(e, $"{path}[]")),
        _ => [path],
    };

    // Some of each kind: lists, dictionaries, times, switches, numbers, and most left as they are.
    private string Settings(string collector, bool isEncrypted)
    {
        var certificate = Certificate.For("localhost");
        var (pem, key) = isEncrypted ? (_folder.Write("server.pem", certificate.Pem), _folder.Write("server.key", certificate.PrivateKey)) : ("", "");
        var rule = new { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "blue" }, Use = new { Profile = "sidecar", Namespace = "demo", EgressPort = 16001 } };
        return _folder.Write("settings.json", JsonSerializer.Serialize(new
        {
            Xds = new
            {
                Files = new { Paths = new[] { _mesh.Path }, UseNotifications = true },
                Grpc = new { Tls = new { CertificateFile = pem, PrivateKeyFile = key } },
                Pipeline = new { Quiet = "00:00:00.05" },
                Groups = new { Rules = new[] { rule } },
                Telemetry = new { OtlpEndpoint = collector, OtlpProtocol = "http/protobuf", MetricsInterval = "00:00:00.2" },
            },
        }));
    }

    private async Task SaysAsTestedAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, output, output, CancellationToken.None);

        await using var ours = await Program.RunAsync(arguments);

        ours.ExitCode.Should().Be(code, "{0}", ours.Tail);
        ours.Lines.Should().BeEquivalentTo(output.ToString().TrimEnd('\n').Split('\n'), "of {0}", string.Join(' ', arguments));
    }
}
