using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace XdsServer.Tls;

/// <summary>What the files of <see cref="TlsOptions"/> held at one time.</summary>
internal sealed record TlsMaterial(SslStreamCertificateContext Certificate, X509Certificate2Collection? ClientAuthorities)
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">A file holds no PEM, or the key is not the certificate's.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static TlsMaterial Read(TlsOptions options)
    {
        using var fromPem = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.PrivateKeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.CertificateFile);
        var authorities = options.ClientCaFile.Length == 0 ? null : new X509Certificate2Collection();
        authorities?.ImportFromPemFile(options.ClientCaFile);

        // A round trip through PKCS#12 keeps the key usable on every platform.
        var leaf = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null);
        return new TlsMaterial(SslStreamCertificateContext.Create(leaf, chain, offline: true), authorities);
    }

    /// <summary>
    /// A client's certificate must be in force, meant for clients (if it says for whom), and issued by one of the authorities, directly or
    /// through intermediates that the client sends along. Null when no authority is configured.
    /// </summary>
    public X509ChainPolicy? ClientPolicy()
    {
        if (ClientAuthorities is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(ClientAuthorities);
        policy.ApplicationPolicy.Add(ClientAuthentication);
        return policy;
    }
}
