using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using XdsServer.Model;

namespace XdsServer.Translators.Secrets;

/// <summary>Secrets as SDS resources. The only place that reveals a key.</summary>
internal static class SecretTranslator
{
    /// <summary>The certificate with its key.</summary>
    public static Secret Certificate(MeshSecret secret) => new()
    {
        Name = SecretName.Certificate(secret.Key),
        TlsCertificate = new TlsCertificate
        {
            CertificateChain = new DataSource { InlineString = secret.CertificateChain },
            PrivateKey = new DataSource { InlineBytes = ByteString.CopyFrom(secret.PrivateKey.Reveal().Span) },
        },
    };

    /// <summary>The trusted roots.</summary>
    public static Secret Roots(MeshSecret secret) => new()
    {
        Name = SecretName.Roots(secret.Key),
        ValidationContext = new CertificateValidationContext { TrustedCa = new DataSource { InlineString = secret.TrustedRoots } },
    };
}
