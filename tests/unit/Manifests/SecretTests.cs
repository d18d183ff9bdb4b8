using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Tests.Unit.Manifests;

public sealed class SecretTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pair_that_belongs_together_is_read()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var read = ManifestReading.Read(TlsSecret(Certificate(key), key.ExportPkcs8PrivateKeyPem()));

        read.Diagnostics.Should().BeEmpty();
        var secret = read.Secrets.Should().ContainSingle().Subject;
        secret.Key.Should().Be(new ServiceKey("demo", "edge-cert"));
        secret.CertificateChain.Should().StartWith("-----BEGIN CERTIFICATE-----");
        Encoding.ASCII.GetString(secret.PrivateKey.Reveal().Span).Should().Contain("PRIVATE KEY");
        secret.ToString().Should().NotContain("PRIVATE KEY");
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Refused(TlsSecret(Certificate(key), other.ExportPkcs8PrivateKeyPem()), "XDS1404");
    }

    [Fact]
    public void A_key_of_another_kind_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = RSA.Create(2048);

        Refused(TlsSecret(Certificate(key), other.ExportPkcs8PrivateKeyPem()), "XDS1404");
    }

    [Fact]
    public void A_key_with_a_passphrase_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Refused(TlsSecret(Certificate(key), key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1))), "XDS1403");
    }

    [Fact]
    public void Garbage_instead_of_a_certificate_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Refused(TlsSecret("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key.ExportPkcs8PrivateKeyPem()), "XDS1402");
    }

    [Fact]
    public void Data_that_is_not_base64_is_refused()
    {
        Refused("apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: {name: x}\ndata: {tls.crt: '%%', tls.key: eA==}", "XDS1206");
    }

    [Fact]
    public void Missing_entries_are_named()
    {
        var read = ManifestReading.Read("apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: {name: x}\ndata: {}");

        read.Diagnostics.Select(found => found.Field).Should().Equal("data.tls.crt", "data.tls.key");
    }

    [Fact]
    public void Roots_are_read_from_an_opaque_secret()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var read = ManifestReading.Read($"apiVersion: v1\nkind: Secret\nmetadata: {{name: roots}}\ndata: {{ca.crt: {Base64(Certificate(key))}}}");

        read.Secrets.Should().ContainSingle().Which.TrustedRoots.Should().Contain("BEGIN CERTIFICATE");
    }

    [Fact]
    public void Other_secrets_are_left_alone()
    {
        var read = ManifestReading.Read("apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {password: aHVudGVyMg==}");

        read.Secrets.Should().BeEmpty();
        var diagnostic = read.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Severity.Should().Be(Severity.Info);
        diagnostic.ToString().Should().NotContain("aHVudGVyMg");
    }

    [Theory]
    [InlineData(-10, "expired")]
    [InlineData(3, "expires")]
    public void Certificates_near_or_past_their_end_stay_with_a_warning(int daysLeft, string word)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var read = ManifestReading.Read(TlsSecret(Certificate(key, Now.AddDays(daysLeft)), key.ExportPkcs8PrivateKeyPem()));

        var found = SecretValidity.Check(read.Secrets, Now).ToList();

        found.Should().ContainSingle().Which.Should().Match<Diagnostic>(diagnostic => diagnostic.Code == "XDS1405" && diagnostic.Severity == Severity.Warning);
        found[0].Message.Should().Contain(word);
    }

    private static void Refused(string manifest, string code)
    {
        var read = ManifestReading.Read(manifest);

        read.Secrets.Should().BeEmpty();
        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be(code);
        read.Diagnostics[0].ToString().Should().NotContain("-----");
    }

    private static string TlsSecret(string certificate, string key) => $$"""
        apiVersion: v1
        kind: Secret
        type: kubernetes.io/tls
        metadata: {name: edge-cert, namespace: demo}
        data:
          tls.crt: {{Base64(certificate)}}
          tls.key: {{Base64(key)}}
        """;

    private static string Certificate(ECDsa key, DateTimeOffset? end = null)
    {
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned((end ?? Now).AddYears(-1), end ?? Now.AddYears(1));
        return certificate.ExportCertificatePem();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
