using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>A self-signed certificate of a test's own for a host name, <c>localhost</c> and 127.0.0.1.</summary>
internal sealed record Certificate(string Pem, string PrivateKey)
{
    /// <summary>Makes one.</summary>
    public static Certificate For(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var start = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var certificate = request.CreateSelfSigned(start, start.AddYears(1));
        return new Certificate(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>One of Ed25519, which the base library cannot make.</summary>
    public static readonly Certificate OfEd25519 = new(
        """
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

        """,
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ9zaoDRkCPJ8rL4oV83BjkdS9s3cxM2EV+85L8pzt5b
        -----END PRIVATE KEY-----

        """);

    /// <summary>It as a Kubernetes Secret of namespace <c>demo</c>.</summary>
    public string SecretManifest(string name) =>
        $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: {{name}}, namespace: demo}
        type: kubernetes.io/tls
        data: {tls.crt: {{Base64(Pem)}}, tls.key: {{Base64(PrivateKey)}}}

        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
