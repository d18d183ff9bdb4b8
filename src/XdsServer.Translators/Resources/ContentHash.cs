using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace XdsServer.Translators.Resources;

/// <summary>
/// 128 bits that stand for content. Those of several resources are added up, so that the sum does not depend on their order.
/// </summary>
/// <remarks>
/// Not a <see cref="UInt128"/>: a method that touches a type with such a field is never compiled ahead of time, which most of the way from a snapshot to a response was not.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ContentHash(ulong High, ulong Low)
{
    /// <summary>Modulo 2^128.</summary>
    public static ContentHash operator +(ContentHash a, ContentHash b)
    {
        var low = unchecked(a.Low + b.Low);
        return new ContentHash(unchecked(a.High + b.High + (low < a.Low ? 1UL : 0)), low);
    }

    /// <summary>Takes what was added away again.</summary>
    public static ContentHash operator -(ContentHash a, ContentHash b) =>
        new(unchecked(a.High - b.High - (a.Low < b.Low ? 1UL : 0)), unchecked(a.Low - b.Low));

    /// <summary>The first 128 bits of a digest.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> digest) => new(BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[sizeof(ulong)..]));

    /// <summary>The version that clients see: its first 64 bits, 16 hexadecimal digits.</summary>
    public string ToVersion() => High.ToString("x16", CultureInfo.InvariantCulture);
}
