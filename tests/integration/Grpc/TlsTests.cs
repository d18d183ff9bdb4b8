using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using XdsServer.Tls;

namespace XdsServer.Tests.Integration.Grpc;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xds-tls");
    private readonly TestAuthority _authority = TestAuthority.Create("test root");

    private string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "tls.key");

    private string AuthorityFile => Path.Combine(_folder.FullName, "ca.crt");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_call_over_TLS_works()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(Options());
        using var http = Client();

        (await IdentitiesAsync(http, server)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_is_known_by_the_names_in_its_certificate()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(MutualTls());
        using var certificate = _authority.Issue("client", "spiffe://cluster.local/ns/demo/sa/web");
        using var http = Client(certificate);

        (await IdentitiesAsync(http, server)).Should().Be("client,spiffe://cluster.local/ns/demo/sa/web");
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused_where_one_is_required()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(MutualTls());
        using var http = Client();

        await http.Invoking(h => IdentitiesAsync(h, server)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task A_client_of_another_authority_is_refused()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(MutualTls() with { RequireClientCertificate = false });
        using var stranger = TestAuthority.Create("another root");
        using var certificate = stranger.Issue("client", "spiffe://cluster.local/ns/demo/sa/web");
        using var http = Client(certificate);

        await http.Invoking(h => IdentitiesAsync(h, server)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task A_client_that_sends_its_intermediate_authority_is_known()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(MutualTls());
        using var intermediate = _authority.IssueAuthority("intermediate");
        using var certificate = intermediate.Issue("client", "spiffe://cluster.local/ns/demo/sa/web");
        using var http = Client(certificate, intermediate.Root);

        (await IdentitiesAsync(http, server)).Should().StartWith("client,");
    }

    [Fact]
    public async Task A_certificate_that_is_only_meant_for_servers_is_refused()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(MutualTls());
        using var certificate = _authority.Issue("client", "spiffe://cluster.local/ns/demo/sa/web", usage: "1.3.6.1.5.5.7.3.1");
        using var http = Client(certificate);

        await http.Invoking(h => IdentitiesAsync(h, server)).Should().ThrowAsync<HttpRequestException>();
    }

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Other_clients_call_over_mutual_TLS(string client)
    {
        WriteServerCertificate("localhost");
        await using var server = await EchoServer.StartAsync(MutualTls());
        var (certificateFile, keyFile) = WriteClientCertificate("client", "spiffe://cluster.local/ns/demo/sa/web");

        var result = await ForeignClient.RunAsync(client, server, "identities", AuthorityFile, certificateFile, keyFile);

        result.GetProperty("text").GetString().Should().Be("client,spiffe://cluster.local/ns/demo/sa/web");
    }

    [Fact]
    public async Task A_renewed_certificate_is_served_without_a_restart()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(Options());
        (await SubjectAsync(server)).Should().Be("CN=first");

        WriteServerCertificate("second");

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await SubjectAsync(server) != "CN=second")
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_broken_certificate_leaves_the_last_good_one_in_force()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(Options());

        await File.WriteAllTextAsync(CertificateFile, "no PEM at all");

        (await SubjectAsync(server)).Should().Be("CN=first");
    }

    private TlsOptions Options() => new() { CertificateFile = CertificateFile, PrivateKeyFile = KeyFile };

    private TlsOptions MutualTls()
    {
        File.WriteAllText(AuthorityFile, _authority.Root.ExportCertificatePem());
        return Options() with { ClientCaFile = AuthorityFile, RequireClientCertificate = true };
    }

    private void WriteServerCertificate(string name) => Write(name, "https://localhost", CertificateFile, KeyFile);

    private (string CertificateFile, string KeyFile) WriteClientCertificate(string name, string uri)
    {
        var (certificateFile, keyFile) = (Path.Combine(_folder.FullName, "client.crt"), Path.Combine(_folder.FullName, "client.key"));
        Write(name, uri, certificateFile, keyFile);
        return (certificateFile, keyFile);
    }

    private void Write(string name, string uri, string certificateFile, string keyFile)
    {
        using var certificate = _authority.Issue(name, uri);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
    }

    private async Task<string> SubjectAsync(EchoServer server)
    {
        var subject = "";
        using var http = Client(seen: c => subject = c.Subject);
        await IdentitiesAsync(http, server);
        return subject;
    }

    private HttpClient Client(X509Certificate2? certificate = null, X509Certificate2? intermediate = null, Action<X509Certificate>? seen = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _authority.Root },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
        {
            seen?.Invoke(shown!);
            return (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        };
        handler.SslOptions.ClientCertificateContext = certificate is null
            ? null
            : SslStreamCertificateContext.Create(certificate, intermediate is null ? null : [intermediate], offline: true);
        handler.SslOptions.ApplicationProtocols = [SslApplicationProtocol.Http2];
        return new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    private static async Task<string> IdentitiesAsync(HttpClient http, EchoServer server)
    {
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/grpc") } };
        using var response = await http.PostAsync(new Uri($"https://{server.Address}/test.Echo/Identities"), content);
        return Encoding.UTF8.GetString((await response.Content.ReadAsByteArrayAsync()).AsSpan(5));
    }
}
