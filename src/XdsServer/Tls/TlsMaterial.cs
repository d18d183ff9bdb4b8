using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace XdsServer.Tls;

/// <summary>What the files of <see cref="TlsOptions"/> held at one time.</summary>
internal sealed record TlsMaterial(SslStreamCertificateContext Certificate, X509Certificate2Collection? ClientAuthorities)
{
    /// <summary>Reads the files.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no PEM, or the key is not the certificate's.</exception>
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

    /// <summary>True when the certificate was issued, for use by a client, under one of the authorities and is in force.</summary>
    public bool IsTrusted(X509Certificate2 client)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(ClientAuthorities ?? []);
        return chain.Build(client);
    }
}
