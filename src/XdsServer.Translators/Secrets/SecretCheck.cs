using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using XdsServer.Model;

namespace XdsServer.Translators.Secrets;

/// <summary>
/// Finds what Envoy would refuse in a secret. One bad certificate would otherwise hold back a whole listener. Whether a certificate
/// has expired is not looked at: that depends on the clock, and a late certificate is better than none.
/// </summary>
internal static class SecretCheck
{
    private const int SmallestRsaKey = 2048;

    /// <summary>What is wrong with the certificate or its key, or null.</summary>
    public static string? CertificateProblem(MeshSecret secret)
    {
        if (secret.CertificateChain.Length == 0 || secret.PrivateKey.IsEmpty)
        {
            return secret.CertificateChain.Length == 0 ? "it has no certificate" : "it has no private key";
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(secret.CertificateChain);
            var key = Encoding.UTF8.GetString(secret.PrivateKey.Reveal().Span);
            if (chain.Count > 0 && Ed25519.Matches(chain[0], key) is { } matches)
            {
                return matches ? null : "the private key does not belong to the certificate";
            }

            using var pair = X509Certificate2.CreateFromPem(secret.CertificateChain, key);
            return chain.Count == 0 ? "it has no certificate" : KeyProblem(pair);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The text of the exception may quote its input, which here is a key.
            return "the certificate and the private key are not a pair in unencrypted PEM";
        }
    }

    /// <summary>What is wrong with the trusted roots, or null.</summary>
    public static string? RootsProblem(MeshSecret secret)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(secret.TrustedRoots);
            return roots.Count == 0 ? "it has no trusted roots" : null;
        }
        catch (CryptographicException)
        {
            return "the trusted roots are not certificates in PEM";
        }
    }

    private static string? KeyProblem(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            return rsa.KeySize < SmallestRsaKey ? $"its RSA key is shorter than {SmallestRsaKey} bits" : null;
        }

        using var ecdsa = certificate.GetECDsaPublicKey();
        return ecdsa is null ? "its key is neither RSA, ECDSA nor Ed25519" : null;
    }
}
