using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace XdsServer.Model;

/// <summary>
/// The little of Ed25519 (RFC 8032) that tells whether a private key belongs to a certificate; the base library has none of it. It is slow and not of
/// constant time, which is enough for reading a file and for nothing else.
/// </summary>
public static class Ed25519
{
    private const string Oid = "1.3.101.112";

    private const int KeyLength = 32;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly BigInteger BaseX = BigInteger.Parse("15112221349535400772501151409588531511454012693041857206046113283949847762202", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly BigInteger BaseY = Mod(4 * Inverse(5));

    /// <summary>Whether a private key in PEM belongs to a certificate; null when it is no Ed25519 key.</summary>
    public static bool? Matches(X509Certificate2 certificate, string key)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!PemEncoding.TryFind(key, out var fields) || ReadSeed(Convert.FromBase64String(key[fields.Base64Data])) is not { } seed)
        {
            return null;
        }

        var matches = certificate.PublicKey.Oid.Value == Oid && certificate.PublicKey.EncodedKeyValue.RawData.AsSpan().SequenceEqual(PublicKey(seed));
        CryptographicOperations.ZeroMemory(seed);
        return matches;
    }

    // The seed in a PKCS#8 structure; null when it is not one with such a key.
    private static byte[]? ReadSeed(ReadOnlyMemory<byte> pkcs8)
    {
        try
        {
            var info = new AsnReader(pkcs8, AsnEncodingRules.DER).ReadSequence();
            info.ReadInteger();
            var isOurs = info.ReadSequence().ReadObjectIdentifier() == Oid;
            var seed = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
            return isOurs && seed.Length == KeyLength ? seed : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>The public key of a seed.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        Span<byte> hash = stackalloc byte[64];
        SHA512.HashData(seed, hash);
        var scalar = hash[..KeyLength];
        scalar[0] &= 0xF8;
        scalar[31] = (byte)((scalar[31] & 0x7F) | 0x40);
        var point = Multiply(new BigInteger(scalar, isUnsigned: true));
        CryptographicOperations.ZeroMemory(hash);

        var inverse = Inverse(point.Z);
        var encoded = new byte[KeyLength];
        Mod(point.Y * inverse).TryWriteBytes(encoded, out _, isUnsigned: true);
        encoded[31] |= (byte)(Mod(point.X * inverse).IsEven ? 0 : 0x80);
        return encoded;
    }

    private static Point Multiply(BigInteger scalar)
    {
        var result = new Point(0, 1, 1, 0);
        var power = new Point(BaseX, BaseY, 1, Mod(BaseX * BaseY));
        for (; !scalar.IsZero; scalar >>= 1)
        {
            result = scalar.IsEven ? result : Add(result, power);
            power = Add(power, power);
        }

        return result;
    }

    // In extended coordinates (RFC 8032, 5.1.4); it holds for equal points, too.
    private static Point Add(Point p, Point q)
    {
        var a = Mod((p.Y - p.X) * (q.Y - q.X));
        var b = Mod((p.Y + p.X) * (q.Y + q.X));
        var c = Mod(2 * p.T * q.T * D);
        var d = Mod(2 * p.Z * q.Z);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(value, P - 2, P);

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    private sealed record Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);
}
