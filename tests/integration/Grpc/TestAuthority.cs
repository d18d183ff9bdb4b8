using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>A certificate authority of a test's own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private TestAuthority(X509Certificate2 root) => Root = root;

    public X509Certificate2 Root { get; }

    private static DateTimeOffset From => TimeProvider.System.GetUtcNow().AddDays(-1);

    public static TestAuthority Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(Authority(name, key).CreateSelfSigned(From, From.AddYears(10)));
    }

    /// <summary>An authority under this one.</summary>
    public TestAuthority IssueAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(Sign(Authority(name, key), key));
    }

    /// <summary>A certificate for that DNS name and URI, and for loopback; for that use only, or for any.</summary>
    public X509Certificate2 Issue(string name, string uri, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddUri(new Uri(uri));
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        return Sign(request, key);
    }

    public void Dispose() => Root.Dispose();

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, ECDsa key)
    {
        // Not longer than its issuer, which may itself have been made for a year in an earlier second.
        var (until, issuerUntil) = (From.AddYears(1), new DateTimeOffset(Root.NotAfter));
        using var issued = request.Create(Root, From, until < issuerUntil ? until : issuerUntil, RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
    }
}
