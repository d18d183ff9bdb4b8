using System.Collections.Immutable;
using System.Text;
using XdsServer.Model;
using XdsServer.Sources.Manifests;
using XdsServer.Sources.Manifests.Kinds;

namespace XdsServer.Sources.Files;

/// <summary>
/// Certificates that gateways name by path. They are looked at with every look at the manifests; a pair that does not fit together,
/// as in the middle of a renewal, leaves the last good one in force. Owned by one loop.
/// </summary>
internal sealed class PemSecrets
{
    private Dictionary<ServiceKey, Known> _known = [];

    /// <summary>The secrets in force now, sorted by key.</summary>
    public ImmutableArray<MeshSecret> Secrets => [.. _known.Values.Select(known => known.Secret).OfType<MeshSecret>().OrderBy(secret => secret.Key)];

    /// <summary>What is wrong now.</summary>
    public IEnumerable<Diagnostic> Diagnostics => _known.Values.Select(known => known.Problem).OfType<Diagnostic>();

    /// <summary>Looks at the files.</summary>
    public void Refresh(IEnumerable<PemFiles> files) =>
        _known = files.DistinctBy(file => file.Key).ToDictionary(file => file.Key, file => Look(file, _known.GetValueOrDefault(file.Key)));

    private static Known Look(PemFiles files, Known? known)
    {
        var stamps = (FileStamp.Of(files.Certificate), FileStamp.Of(files.PrivateKey));
        if (known is not null && ReferenceEquals(known.Files, files) && known.Stamps == stamps)
        {
            return known;
        }

        var (secret, problem) = Read(files);
        var isSame = secret is not null && known?.Secret?.Revision == secret.Revision;
        return new Known(files, stamps, isSame || secret is null ? known?.Secret : secret, problem);
    }

    private static (MeshSecret? Secret, Diagnostic? Problem) Read(PemFiles files)
    {
        try
        {
            var chain = CertificateChain.Parse(Encoding.UTF8.GetString(FileBytes.Read(files.Certificate)));
            if (chain is null)
            {
                return (null, Problem(files, Codes.BadCertificate, $"{files.Certificate} is not a list of certificates in PEM.", "Put the leaf first, then its chain."));
            }

            var pair = KeyPair.Match(chain, Encoding.UTF8.GetString(FileBytes.Read(files.PrivateKey)), out var code, out var problem);
            return pair is null ? (null, Problem(files, code, problem, $"Put the key that belongs to the certificate into {files.PrivateKey}.")) : (Make(files, pair), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, Problem(files, Codes.PemFile, exception.Message, "Create the file, or let the server's user read it."));
        }
    }

    private static MeshSecret Make(PemFiles files, KeyPair pair) => new()
    {
        Ref = files.Ref,
        Location = files.Location,
        Revision = new ContentHash().Add(pair.Chain.Pem).Add(pair.KeyPem).ToString(),
        Key = files.Key,
        CertificateChain = pair.Chain.Pem,
        PrivateKey = new SecretBytes(Encoding.ASCII.GetBytes(pair.KeyPem)),
        NotBefore = pair.Chain.NotBefore,
        NotAfter = pair.Chain.NotAfter,
    };

    private static Diagnostic Problem(PemFiles files, string code, string message, string remedy) => new()
    {
        Severity = Severity.Error,
        Code = code,
        Message = message,
        Remedy = remedy,
        Object = files.Ref,
        Field = files.Field,
        Location = files.Location,
    };

    private sealed record Known(PemFiles Files, (FileStamp Certificate, FileStamp Key) Stamps, MeshSecret? Secret, Diagnostic? Problem);
}
