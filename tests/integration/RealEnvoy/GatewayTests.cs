using System.Net.Security;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>An edge with TLS, whose certificate comes over xDS that is itself encrypted.</summary>
public sealed class GatewayTests : MeshTest
{
    private readonly int _secure = FreePort.Take();
    private readonly int _plain = FreePort.Take();

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task An_https_request_reaches_its_service_and_a_new_certificate_is_shown(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        using var keys = new TemporaryFolder();
        var server = Certificate.For("control.test");
        var (file, key) = (keys.Write("server.pem", server.Pem), keys.Write("server.key", server.PrivateKey));
        var (port, plain) = (FreePort.Take(), FreePort.Take());
        var upstream = await KeepAsync(Upstream.StartAsync("web"));
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", upstream.Port));
        Mesh.Write("gateway.yaml", Gateway(port, plain));
        var first = Certificate.For("shop.example.com");
        Mesh.Write("secret.yaml", first.SecretManifest("edge-cert"));
        var options = OptionsOf(Mesh);
        await ServeAsync(options with { Grpc = options.Grpc with { Tls = new() { CertificateFile = file, PrivateKeyFile = key } } });
        var bootstrap = NewBootstrap(transport) with { Profile = "gateway", Service = "edge", ServerCertificate = file };

        await StartEnvoyAsync(program, bootstrap.Text);

        await Eventually.HoldsAsync("an answer over TLS", async stop => await GetAsync(port, first, stop) == "web");
        await ClientOf(plain).AnsweredByAsync("shop.example.com", "web");
        var second = Certificate.For("shop.example.com");
        Mesh.Write("secret.yaml", second.SecretManifest("edge-cert"));
        await Eventually.HoldsAsync("the new certificate", async stop => await GetAsync(port, second, stop) == "web");
    }

    [SkippableTheory]
    [Versions]
    public async Task A_certificate_of_Ed25519_is_shown(string version)
    {
        var program = EnvoyOf(version);
        await ServeSecretsAsync(Certificate.OfEd25519, allowPlaintext: true);
        var port = await StartEdgeAsync(program);

        await Eventually.HoldsAsync("an answer over TLS", async stop => await GetAsync(port, Certificate.OfEd25519, stop) == "web");
    }

    [SkippableFact]
    public async Task Without_TLS_to_the_control_plane_a_diagnostic_says_why_handshakes_fail()
    {
        var program = EnvoyOf("newest");
        await ServeSecretsAsync(Certificate.For("shop.example.com"), allowPlaintext: false);
        Announce("gRPC config");
        await StartEdgeAsync(program);
        using var admin = new HttpClient();

        await Eventually.HoldsAsync(
            "a diagnostic", async stop => (await admin.GetStringAsync(new Uri($"http://{ControlPlane.AdminAddress}/api/v1/diagnostics"), stop)).Contains("XDS5003", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [Versions]
    public async Task A_gateway_of_a_dual_mesh_takes_connections_of_both_families(string version)
    {
        var program = EnvoyOf(version);
        Skip.IfNot(System.Net.Sockets.Socket.OSSupportsIPv6, "This machine has no IPv6.");
        Mesh.Write("config.yaml", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshConfig\nmetadata: {name: mesh}\nspec: {listeners: {ipFamily: dual}}\n");
        await ServeSecretsAsync(Certificate.For("shop.example.com"), allowPlaintext: true);
        await StartEdgeAsync(program);
        using var client = new HttpClient();

        foreach (var address in (string[])["127.0.0.1", "[::1]"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}:{_plain}/");
            request.Headers.Host = "shop.example.com";
            using var answer = await client.SendAsync(request);
            (await answer.Content.ReadAsStringAsync()).Should().Be("web", "{0} is listened on", address);
        }
    }

    private async Task ServeSecretsAsync(Certificate certificate, bool allowPlaintext)
    {
        var upstream = await KeepAsync(Upstream.StartAsync("web"));
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", upstream.Port));
        Mesh.Write("gateway.yaml", Gateway(_secure, _plain));
        Mesh.Write("secret.yaml", certificate.SecretManifest("edge-cert"));
        var options = OptionsOf(Mesh);
        await ServeAsync(options with { Discovery = new() { AllowPlaintextSecrets = allowPlaintext } });
    }

    private async Task<int> StartEdgeAsync(string program)
    {
        await StartEnvoyAsync(program, (NewBootstrap() with { Profile = "gateway", Service = "edge" }).Text);
        return _secure;
    }

    private static string Gateway(int port, int plain) =>
        $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshGateway
        metadata: {name: edge, namespace: demo}
        spec:
          listeners:
          - {name: secure, port: {{port}}, protocol: https, tls: {secretName: edge-cert}, hosts: ["*.example.com"]}
          - {name: plain, port: {{plain}}, protocol: http}
          routes:
          - {hosts: [shop.example.com], pathPrefix: /, backends: [{service: web, port: 80}]}

        """;

    // Fails when the edge shows another certificate than this one.
    private static async Task<string> GetAsync(int port, Certificate certificate, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = "shop.example.com",
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
                System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", shown!.GetRawCertData()) == certificate.Pem.Trim(),
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{port}/");
        request.Headers.Host = "shop.example.com";
        using var answer = await client.SendAsync(request, stop);
        return await answer.Content.ReadAsStringAsync(stop);
    }
}
