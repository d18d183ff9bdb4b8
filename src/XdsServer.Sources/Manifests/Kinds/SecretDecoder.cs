using System.Collections.Immutable;
using System.Text;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>
/// Kubernetes' <c>Secret</c>: type <c>kubernetes.io/tls</c>, or <c>Opaque</c> with <c>ca.crt</c>. Nothing of its content ever gets into a
/// message; a pair that does not fit together is refused as a whole, because a proxy would refuse the listener that names it.
/// </summary>
internal static class SecretDecoder
{
    private const string TlsType = "kubernetes.io/tls";

    /// <summary>The secret; nothing when it is unusable or not about TLS.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        var root = manifest.Root;
        var type = root.Text("type")?.Value ?? "Opaque";
        var data = new SecretData(root);
        if (type != TlsType && !(type == "Opaque" && data.Has("ca.crt")))
        {
            manifest.IsIgnored = true;
            manifest.Context.Report(
                Severity.Info, Codes.SecretType, FieldPath.Root, root.At, $"Secrets of type '{type}'{(type == "Opaque" ? " without ca.crt" : "")} are not read.", $"Nothing to do, unless it is a certificate: then its type must be '{TlsType}'.");
            return [];
        }

        var roots = data.Has("ca.crt") ? Certificates(data, "ca.crt") : null;
        var isUsable = !data.Has("ca.crt") || roots is not null;
        if (type != TlsType)
        {
            return isUsable ? [Make(manifest, data, null, roots)] : [];
        }

        return ReadPair(data) is { } pair && isUsable ? [Make(manifest, data, pair, roots)] : [];
    }

    private static MeshSecret Make(ManifestObject manifest, SecretData data, KeyPair? pair, CertificateChain? roots) => new()
    {
        Ref = manifest.Ref,
        Location = manifest.Location,
        Revision = data.AddTo(manifest.StartHash()).ToString(),
        Key = manifest.Key,
        CertificateChain = pair?.Chain.Pem ?? "",
        PrivateKey = new SecretBytes(pair is null ? [] : Encoding.ASCII.GetBytes(pair.KeyPem)),
        TrustedRoots = roots?.Pem ?? "",
        NotBefore = pair?.Chain.NotBefore,
        NotAfter = pair?.Chain.NotAfter,
    };

    private static KeyPair? ReadPair(SecretData data)
    {
        var chain = Certificates(data, "tls.crt");
        var key = data.Read("tls.key", "the private key in PEM");
        if (chain is null || key is null)
        {
            return null;
        }

        var pair = KeyPair.Match(chain, key, out var code, out var problem);
        if (pair is null)
        {
            data.Refuse("tls.key", code, problem, "Put a certificate and the unencrypted private key that belongs to it into the secret.");
        }

        return pair;
    }

    private static CertificateChain? Certificates(SecretData data, string name)
    {
        if (data.Read(name, "certificates in PEM") is not { } text)
        {
            return null;
        }

        var chain = CertificateChain.Parse(text);
        if (chain is null)
        {
            data.Refuse(name, Codes.BadCertificate, "This is not a list of certificates in PEM.", "Put the leaf first, then its chain, each between BEGIN CERTIFICATE and END CERTIFICATE.");
        }

        return chain;
    }
}
