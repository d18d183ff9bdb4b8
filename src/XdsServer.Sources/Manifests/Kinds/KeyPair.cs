using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>A certificate chain and the private key of its leaf, checked to belong together.</summary>
internal sealed record KeyPair(CertificateChain Chain, string KeyPem)
{
    private const string Mismatch = "The private key does not belong to the certificate.";

    /// <summary>The pair; null with the reason when key and leaf do not belong together.</summary>
    public static KeyPair? Match(CertificateChain chain, string key, out string code, out string problem)
    {
        (code, problem) = (Codes.BadKey, "This is not a private key in PEM without a passphrase.");
        if (!PemEncoding.TryFind(key, out var fields) || !key[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal) || key[fields.Label].StartsWith("ENCRYPTED", StringComparison.Ordinal))
        {
            return null;
        }

        using var leaf = X509Certificate2.CreateFromPem(chain.Pem);
        if (Ed25519.Matches(leaf, key) is { } matches)
        {
            (code, problem) = (Codes.KeyMismatch, Mismatch);
            return matches ? new KeyPair(chain, key.Trim() + "\n") : null;
        }

        try
        {
            using var both = X509Certificate2.CreateFromPem(chain.Pem, key);
            return new KeyPair(chain, key.Trim() + "\n");
        }
        catch (ArgumentException)
        {
            (code, problem) = (Codes.KeyMismatch, Mismatch);
        }
        catch (CryptographicException)
        {
            (code, problem) = KeyIsReadable(key) ? (Codes.KeyMismatch, Mismatch) : (code, problem);
        }

        return null;
    }

    private static bool KeyIsReadable(string key)
    {
        AsymmetricAlgorithm[] algorithms = [RSA.Create(), ECDsa.Create()];
        try
        {
            return algorithms.Any(algorithm => CanImport(algorithm, key));
        }
        finally
        {
            Array.ForEach(algorithms, algorithm => algorithm.Dispose());
        }
    }

    private static bool CanImport(AsymmetricAlgorithm algorithm, string key)
    {
        try
        {
            algorithm.ImportFromPem(key);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
