using XdsServer.Grpc;

namespace XdsServer.Tests.Unit.Grpc;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("1H", 3600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3000)]
    [InlineData("40m", 40)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("99999999S", 99999999_000)]
    public void A_timeout_is_digits_and_a_unit(string text, double milliseconds)
    {
        GrpcTimeout.TryParse(text, out var timeout).Should().BeTrue();

        timeout.TotalMilliseconds.Should().Be(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData(" 1S")]
    public void Anything_else_is_no_timeout(string text) => GrpcTimeout.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("größer", "gr%C3%B6%C3%9Fer")]
    [InlineData("猫", "%E7%8C%AB")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void A_message_is_percent_encoded(string text, string encoded)
    {
        PercentEncoding.Encode(text).Should().Be(encoded);
        PercentEncoding.Decode(encoded).Should().Be(text);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%zz")]
    [InlineData("%%")]
    [InlineData("猫😀 100 %")]
    public void What_is_no_escape_stays_as_it_is(string text) => PercentEncoding.Decode(text).Should().Be(text);
}
