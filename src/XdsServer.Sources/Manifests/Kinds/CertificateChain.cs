using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>Certificates that could be parsed, in PEM without anything else in between.</summary>
internal sealed record CertificateChain(string Pem, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>The certificates of a text; null when there are none or one is bad.</summary>
    public static CertificateChain? Parse(string text)
    {
        var pem = new StringBuilder();
        (DateTimeOffset NotBefore, DateTimeOffset NotAfter)? leaf = null;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (!rest[fields.Label].SequenceEqual("CERTIFICATE") || !TryAppend(Convert.FromBase64String(rest[fields.Base64Data].ToString()), pem, ref leaf))
            {
                return null;
            }

            rest = rest[fields.Location.End..];
        }

        return leaf is { } span ? new CertificateChain(pem.ToString(), span.NotBefore, span.NotAfter) : null;
    }

    private static bool TryAppend(byte[] der, StringBuilder pem, ref (DateTimeOffset NotBefore, DateTimeOffset NotAfter)? leaf)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            leaf ??= (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
            pem.Append(PemEncoding.WriteString("CERTIFICATE", certificate.RawData)).Append('\n');
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
