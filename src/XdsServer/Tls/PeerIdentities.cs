using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace XdsServer.Tls;

/// <summary>Reads the names in a client's verified certificate.</summary>
internal static class PeerIdentities
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Its URI and DNS names in the order in which they stand there; empty without a certificate.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2? certificate) =>
        certificate?.Extensions[SubjectAlternativeName] is { } extension ? Read(extension.RawData) : [];

    private static List<string> Read(byte[] extension)
    {
        var found = new List<string>();
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag.HasSameClassAndValue(DnsName) || tag.HasSameClassAndValue(Uri))
            {
                found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return found;
    }
}
