using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using XdsServer.Options;
using XdsServer.SmiMetrics;
using XdsServer.Tests.Integration.Grpc;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.SmiMetrics;

/// <summary>A real API server that answers <c>metrics.smi-spec.io</c> from the control plane, by <c>deploy/smi-metrics.yaml</c>.</summary>
public sealed class AggregationTests : MeshTest, IDisposable
{
    private const string Api = "/apis/metrics.smi-spec.io/v1alpha1";
    private const string ServiceName = "xds-control-plane-metrics.xds-system.svc";

    private readonly TestAuthority _serving = TestAuthority.Create("serving");
    private readonly TestAuthority _proxying = TestAuthority.Create("request header");
    private readonly TemporaryFolder _files = new();

    [SkippableFact]
    public async Task An_api_server_serves_what_proxies_report_to_those_who_may_read_it()
    {
        var (kubernetes, envoy) = (RealParts.Kubernetes.Require(), RealParts.Envoy.Require());
        var upstream = await KeepAsync(Upstream.StartAsync("web"));
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", upstream.Port));
        await ServeAsync(OptionsWithMetrics());
        var bootstrap = NewBootstrap() with { ReportsLoad = true };
        await StartEnvoyAsync(envoy, bootstrap.Text);
        var server = await KeepAsync(KubernetesServer.StartAsync(kubernetes, ProxyArguments()));

        await server.KubectlOkAsync("create", "namespace", "xds-system");
        await server.CreateAsync(Manifest());
        await server.KubectlOkAsync("wait", "--for=condition=Available", "apiservice/v1alpha1.metrics.smi-spec.io", "--timeout=40s");

        (await server.KubectlOkAsync("api-resources", "--api-group=metrics.smi-spec.io")).Should().Contain("trafficsplits").And.Contain("TrafficMetrics");
        var client = ClientOf(bootstrap.EgressPort);
        await Eventually.HoldsAsync("counts of what is sent", async stop =>
        {
            (await client.GetAsync("web.demo", stop: stop)).Status.Should().Be(HttpStatusCode.OK);
            var read = JsonNode.Parse(await server.KubectlOkAsync("get", "--raw", $"{Api}/namespaces/demo/services/web"))!;
            return read["metrics"]![0]!["value"]!.GetValue<string>() != "0";
        });
        (await server.KubectlOkAsync("get", "services", "-n", "default", "-o", "name")).Should().Be("service/kubernetes", "the plain name goes on meaning the object");
        await VerifyAccessAsync(server);
    }

    [SkippableFact]
    public async Task Only_an_api_server_is_let_in()
    {
        Skip.If(OperatingSystem.IsWindows(), "Client certificates of memory-only keys are Unix's.");
        await ServeAsync(OptionsWithMetrics());
        using var stranger = TestAuthority.Create("another");

        (await GetAsync(_proxying.Issue("front-proxy-client", "spiffe://test/a"), Api)).Should().Be(HttpStatusCode.OK);
        (await GetAsync(_proxying.Issue("somebody", "spiffe://test/b"), Api)).Should().Be(HttpStatusCode.Forbidden);
        (await GetAsync(null, Api)).Should().Be(HttpStatusCode.Unauthorized);
        (await GetAsync(null, "/healthz")).Should().Be(HttpStatusCode.OK, "probes have no certificate");
        await FluentActions.Awaiting(() => GetAsync(stranger.Issue("front-proxy-client", "spiffe://test/c"), Api)).Should().ThrowAsync<HttpRequestException>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _serving.Dispose();
        _proxying.Dispose();
        _files.Dispose();
    }

    private static async Task VerifyAccessAsync(KubernetesServer server)
    {
        await using var refused = await server.KubectlAsync("get", "--raw", $"{Api}/namespaces", "--as=reader");
        refused.ExitCode.Should().NotBe(0);
        refused.Tail.Should().Contain("Forbidden");
        await server.KubectlOkAsync("create", "clusterrolebinding", "readers", "--clusterrole=smi-metrics-reader", "--user=reader");
        await Eventually.HoldsAsync("access by the role", async _ =>
        {
            await using var allowed = await server.KubectlAsync("get", "--raw", $"{Api}/namespaces", "--as=reader");
            return allowed.ExitCode == 0;
        });
    }

    private XdsServerOptions OptionsWithMetrics()
    {
        var (certificate, key) = Write("serving", _serving.Issue(ServiceName, "spiffe://test/metrics"));
        return OptionsOf(Mesh) with
        {
            LoadReports = new() { Interval = TimeSpan.FromSeconds(1), Window = TimeSpan.FromMinutes(2) },
            SmiMetrics = new SmiMetricsOptions
            {
                Address = "127.0.0.1:0",
                Tls = new() { CertificateFile = certificate, PrivateKeyFile = key, ClientCaFile = _files.Write("request-header-ca.pem", _proxying.Root.ExportCertificatePem()) },
                AllowedNames = ["front-proxy-client"],
            },
        };
    }

    private string[] ProxyArguments()
    {
        var (certificate, key) = Write("proxy", _proxying.Issue("front-proxy-client", "spiffe://test/proxy"));
        return
        [
            $"--apiserver-arg=--proxy-client-cert-file={certificate}",
            $"--apiserver-arg=--proxy-client-key-file={key}",
            $"--apiserver-arg=--requestheader-client-ca-file={_files.PathOf("request-header-ca.pem")}",
            "--apiserver-arg=--requestheader-allowed-names=front-proxy-client",
            "--apiserver-arg=--requestheader-username-headers=X-Remote-User",
            "--apiserver-arg=--requestheader-group-headers=X-Remote-Group",
            "--apiserver-arg=--requestheader-extra-headers-prefix=X-Remote-Extra-",
        ];
    }

    // As it is shipped, but the Service leads to this process: there are no nodes.
    private string Manifest()
    {
        var shipped = File.ReadAllText(Repository.PathOf("deploy", "smi-metrics.yaml"));
        var port = ControlPlane.SmiMetricsAddress!.Port.ToString(CultureInfo.InvariantCulture);
        return shipped
            .Replace("caBundle: REPLACE_ME", $"caBundle: {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(_serving.Root.ExportCertificatePem()))}", StringComparison.Ordinal)
            .Replace("port: 443", $"port: {port}", StringComparison.Ordinal)
            .Replace("  selector:\n    app.kubernetes.io/name: xds-control-plane\n", "  type: ExternalName\n  externalName: localhost\n", StringComparison.Ordinal);
    }

    private (string Certificate, string Key) Write(string name, X509Certificate2 certificate)
    {
        using (certificate)
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            return (_files.Write($"{name}.pem", certificate.ExportCertificatePem()), _files.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
        }
    }

    private async Task<HttpStatusCode> GetAsync(X509Certificate2? certificate, string path)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.Subject == $"CN={ServiceName}";
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!;
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri($"https://{ControlPlane.SmiMetricsAddress}{path}"));
        return answer.StatusCode;
    }
}
