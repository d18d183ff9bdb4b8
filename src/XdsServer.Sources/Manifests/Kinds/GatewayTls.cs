using XdsServer.Model;
using XdsServer.Sources.Files;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The <c>tls</c> of a gateway listener: a Secret by name, or PEM files by path.</summary>
internal static class GatewayTls
{
    /// <summary>The key of the secret to use; files by path are added to <paramref name="files"/> and get a key that no object can have.</summary>
    public static ServiceKey? Read(FieldReader? tls, ManifestObject manifest, string listener, List<PemFiles> files)
    {
        if (tls is null)
        {
            return null;
        }

        var name = tls.Text("secretName");
        var paths = tls.Object("files");
        var pem = paths is null ? null : ReadFiles(paths, manifest, listener);
        tls.RefuseUnknown();
        if (name is null == (tls.Node.Find("files") is null))
        {
            tls.Context.Error(Codes.Contradiction, tls.Path, tls.At, "A certificate comes either from a secret or from files.", "Write 'secretName: …', or 'files: {certificate: …, privateKey: …}'.");
            return null;
        }

        if (pem is not null)
        {
            files.Add(pem);
        }

        return name is { } given ? new ServiceKey(manifest.Ref.Namespace, given.Value) : pem?.Key;
    }

    private static PemFiles? ReadFiles(FieldReader paths, ManifestObject manifest, string listener)
    {
        var certificate = paths.RequiredText("certificate", "Write the path of the certificate chain in PEM.");
        var key = paths.RequiredText("privateKey", "Write the path of the private key in PEM.");
        paths.RefuseUnknown();
        if (certificate is null || key is null)
        {
            return null;
        }

        if (manifest.Context.File is not { } file)
        {
            paths.Context.Error(Codes.PemFile, paths.Path, paths.At, "Only manifests in files can name files.", "Use 'secretName'.");
            return null;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return new PemFiles
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(listener).Add(certificate.Value.Value).Add(key.Value.Value).ToString(),
            Key = new ServiceKey(manifest.Ref.Namespace, $"{manifest.Ref.Name}/{listener}"),
            Certificate = Path.Combine(folder, certificate.Value.Value),
            PrivateKey = Path.Combine(folder, key.Value.Value),
            Field = paths.Path.ToString(),
        };
    }
}
