using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using XdsServer.Tls;

namespace XdsServer.Tests.Integration.Grpc;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xds-tls");
    private readonly TestAuthority _authority = new("test root");

    private string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "tls.key");

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
        await using var server = await EchoServer.StartAsync(Options() with { ClientCaFile = WriteAuthority(), RequireClientCertificate = true });
        using var certificate = _authority.Issue("client", "spiffe://cluster.local/ns/demo/sa/web");
        using var http = Client(certificate);

        (await IdentitiesAsync(http, server)).Should().Be("client,spiffe://cluster.local/ns/demo/sa/web");
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused_where_one_is_required()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(Options() with { ClientCaFile = WriteAuthority(), RequireClientCertificate = true });
        using var http = Client();

        await http.Invoking(h => IdentitiesAsync(h, server)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task A_client_of_another_authority_is_refused()
    {
        WriteServerCertificate("first");
        await using var server = await EchoServer.StartAsync(Options() with { ClientCaFile = WriteAuthority() });
        using var stranger = new TestAuthority("another root");
        using var certificate = stranger.Issue("client", "spiffe://cluster.local/ns/demo/sa/web");
        using var http = Client(certificate);

        await http.Invoking(h => IdentitiesAsync(h, server)).Should().ThrowAsync<HttpRequestException>();
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

    private void WriteServerCertificate(string name)
    {
        using var certificate = _authority.Issue(name, "https://localhost");
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
    }

    private string WriteAuthority()
    {
        var file = Path.Combine(_folder.FullName, "ca.crt");
        File.WriteAllText(file, _authority.Root.ExportCertificatePem());
        return file;
    }

    private async Task<string> SubjectAsync(EchoServer server)
    {
        var subject = "";
        using var http = Client(seen: c => subject = c.Subject);
        await IdentitiesAsync(http, server);
        return subject;
    }

    private HttpClient Client(X509Certificate2? certificate = null, Action<X509Certificate>? seen = null)
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
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!;
        handler.SslOptions.ApplicationProtocols = [SslApplicationProtocol.Http2];
        return new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    private static async Task<string> IdentitiesAsync(HttpClient http, EchoServer server)
    {
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/grpc") } };
        using var response = await http.PostAsync(new Uri($"https://{server.Address}/test.Echo/Identities"), content);
        return Encoding.UTF8.GetString((await response.Content.ReadAsByteArrayAsync()).AsSpan(5));
    }

    /// <summary>A certificate authority of the test's own.</summary>
    private sealed class TestAuthority : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public TestAuthority(string name)
        {
            var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            Root = request.CreateSelfSigned(From, From.AddYears(10));
        }

        public X509Certificate2 Root { get; }

        private static DateTimeOffset From => TimeProvider.System.GetUtcNow().AddDays(-1);

        public X509Certificate2 Issue(string name, string uri)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            names.AddUri(new Uri(uri));
            request.CertificateExtensions.Add(names.Build());
            using var issued = request.Create(Root, From, From.AddYears(1), RandomNumberGenerator.GetBytes(8));
            using var withKey = issued.CopyWithPrivateKey(key);
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
        }

        public void Dispose()
        {
            Root.Dispose();
            _key.Dispose();
        }
    }
}
