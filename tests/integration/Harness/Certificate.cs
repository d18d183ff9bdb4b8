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
