using XdsServer.Groups;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>What golden cases emit is accepted by real Envoys: as a static configuration, and over xDS.</summary>
public sealed class GoldenTests : MeshTest
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var version in VersionsAttribute.All)
            {
                foreach (var name in GoldenMesh.Names())
                {
                    cases.Add(version, name);
                }
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Validation_accepts_it(string version, string name)
    {
        var program = EnvoyOf(version);
        var golden = GoldenMesh.Read(name);
        var file = Mesh.Write("static.yaml", StaticOf(golden));

        await using var validation = await ProcessOutput.RunAsync(program, ["--mode", "validate", "-l", "warning", "-c", file]);

        validation.ExitCode.Should().Be(0, "{0}\n{1}", validation.Tail, await File.ReadAllTextAsync(file));
        validation.Lines.Should().NotContain(l => l.Contains("deprecated", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_running_envoy_accepts_it_over_xds(string version, string name)
    {
        var program = EnvoyOf(version);
        var golden = GoldenMesh.Read(name);
        if (golden.Group.Profile == ProxyProfile.Grpc)
        {
            // For gRPC libraries, which the proxyless tests run; Envoy itself never gets it.
            return;
        }

        using var keys = new TemporaryFolder();
        var server = Certificate.For("control.test");
        var (certificate, key) = (keys.Write("server.pem", server.Pem), keys.Write("server.key", server.PrivateKey));
        Mesh.Write("in.yaml", await File.ReadAllTextAsync(golden.InputFile));
        var options = OptionsOf(Mesh);
        await ServeAsync(options with { Grpc = options.Grpc with { Tls = new() { CertificateFile = certificate, PrivateKeyFile = key } } });
        var bootstrap = NewBootstrap() with { Profile = ProfileNames.NameOf(golden.Group.Profile), Namespace = golden.Group.Namespace, Service = golden.Group.Service, Machine = golden.Group.Node, ServerCertificate = certificate };

        var envoy = await StartEnvoyAsync(program, bootstrap.Text);

        var expected = golden.Of(ResourceType.Cluster).Select(c => c.Name);
        await Eventually.HoldsAsync("all clusters", async stop => expected.All((await envoy.ActiveClustersAsync(stop)).Contains), () => envoy.LogTail);
        var listeners = await envoy.AdminAsync("/listeners?format=json");
        golden.Of(ResourceType.Listener).Should().OnlyContain(l => listeners.Contains($"\"{l.Name}\"", StringComparison.Ordinal));
    }

    // Envoys do not read load assignments or route configurations as static resources of their own, so a cluster and a listener are put around each.
    private static string StaticOf(GoldenMesh golden) =>
        $$"""
        node: {id: golden, cluster: golden}
        dynamic_resources:
          ads_config: {api_type: DELTA_GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: xds} }]}
        static_resources:
          clusters:
          - name: xds
            type: STATIC
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {} }
            load_assignment: {{TestBootstrap.Loopback("xds", 1)}}
        {{List(golden.Of(ResourceType.Cluster))}}
        {{string.Concat(golden.Of(ResourceType.Endpoint).Select(Around))}}
          listeners:
        {{List(golden.Of(ResourceType.Listener))}}
        {{string.Concat(golden.Of(ResourceType.Route).Select(AroundRoutes))}}
        """;

    private static string List(IReadOnlyList<Resource> resources) => resources.Count == 0 ? "" : Indent(ResourceText.Yaml(resources), "  ");

    private static string Around(Resource assignment, int index) =>
        $"  - name: assignment-{index}\n    type: STATIC\n    connect_timeout: 1s\n    load_assignment:\n{Item(assignment, "    ")}\n";

    private static string AroundRoutes(Resource routes, int index) =>
        $$"""
          - name: routes-{{index}}
            address: {pipe: {path: "@golden-{{index}}"} }
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: golden
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  route_config:
        {{Item(routes, "          ")}}

        """;

    // One item of a YAML list, without its dash.
    private static string Item(Resource resource, string indent)
    {
        var item = ResourceText.Yaml([resource]);
        return Indent("  " + item[2..], indent);
    }

    private static string Indent(string text, string by) => string.Join('\n', text.TrimEnd('\n').Split('\n').Select(l => by + l));
}
