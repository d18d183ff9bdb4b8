using System.Buffers.Binary;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Resources;

public sealed class ContentHashTests
{
    [Fact]
    public void Sums_and_differences_are_those_of_128_bits()
    {
        var random = new Random(128);
        for (var i = 0; i < 1000; i++)
        {
            AreRight(new ContentHash(Next(), Next()), new ContentHash(Next(), Next())).Should().BeTrue($"of pair {i}");
        }

        ulong Next() => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
    }

    [Theory]
    [InlineData(0, ulong.MaxValue, 0, 1)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, 0, 1)]
    [InlineData(1, 0, 0, 1)]
    public void What_is_carried_and_borrowed_is_not_lost(ulong a, ulong b, ulong c, ulong d) =>
        AreRight(new ContentHash(a, b), new ContentHash(c, d)).Should().BeTrue();

    [Fact]
    public void The_version_is_the_beginning_of_the_digest()
    {
        var digest = Convert.FromHexString("00112233445566778899aabbccddeeffff");

        ContentHash.Of(digest).Should().Be(new ContentHash(0x0011223344556677, 0x8899aabbccddeeff));
        ContentHash.Of(digest).ToVersion().Should().Be("0011223344556677");
    }

    private static bool AreRight(ContentHash left, ContentHash right) =>
        Number(left + right) == unchecked(Number(left) + Number(right)) && Number(left - right) == unchecked(Number(left) - Number(right));

    private static UInt128 Number(ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, hash.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], hash.Low);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
