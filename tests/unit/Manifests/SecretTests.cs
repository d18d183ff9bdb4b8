using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Tests.Unit.Manifests;

public sealed class SecretTests
{
    private const string Ed25519Key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ9zaoDRkCPJ8rL4oV83BjkdS9s3cxM2EV+85L8pzt5b
        -----END PRIVATE KEY-----
        """;

    private const string Ed25519Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBcDCCASKgAwIBAgIUWhJJT2UISYGYLXez1cTKggoFR14wBQYDK2VwMB0xGzAZ
        BgNVBAMMEnNlY3VyZS5leGFtcGxlLmNvbTAgFw0yNjExMjExMTE0NTlaGA8yMTI2
        MTAyODExMTQ1OVowHTEbMBkGA1UEAwwSc2VjdXJlLmV4YW1wbGUuY29tMCowBQYD
        K2VwAyEAGBbr47THsh/PqpiTqrVk5H3OJNBQPNO980d6aIR5HoyjcjBwMB0GA1Ud
        DgQWBBQkODU7dgWyEHuHlBZd69EwXxq0vDAfBgNVHSMEGDAWgBQkODU7dgWyEHuH
        lBZd69EwXxq0vDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdEQQWMBSCEnNlY3VyZS5l
        eGFtcGxlLmNvbTAFBgMrZXADQQCUdnO6pDq2SIuCCejXfk0+2pwteMa5DdQ3dAY4
        OzBppiQIMsxv3FNQS7PenPcny6nVYIEMVCJjB3XHnl0RZT0G
        -----END CERTIFICATE-----
        """;

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
    public void A_pair_of_Ed25519_is_read_because_Envoy_takes_it()
    {
        var read = ManifestReading.Read(TlsSecret(Ed25519Certificate, Ed25519Key));

        read.Diagnostics.Should().BeEmpty();
        read.Secrets.Should().ContainSingle();
    }

    [Fact]
    public void An_Ed25519_key_of_another_certificate_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Refused(TlsSecret(Ed25519Certificate, Ed25519Key.Replace("MC4CAQAwBQYDK2VwBCIEIJ9z", "MC4CAQAwBQYDK2VwBCIEIJ9y", StringComparison.Ordinal)), "XDS1404");
        Refused(TlsSecret(Certificate(key), Ed25519Key), "XDS1404");
        Refused(TlsSecret(Ed25519Certificate, key.ExportPkcs8PrivateKeyPem()), "XDS1404");
    }

    // Test vectors of RFC 8032, 7.1.
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")]
    public void An_Ed25519_seed_has_the_public_key_of_the_standard(string seed, string key) =>
        Convert.ToHexStringLower(Ed25519.PublicKey(Convert.FromHexString(seed))).Should().Be(key);

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
