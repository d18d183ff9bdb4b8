using System.Net.Security;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>An edge with TLS, whose certificate comes over xDS that is itself encrypted.</summary>
public sealed class GatewayTests : MeshTest
{
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
