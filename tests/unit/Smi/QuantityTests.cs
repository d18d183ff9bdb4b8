using System.Numerics;
using XdsServer.Sources.Manifests;

namespace XdsServer.Tests.Unit.Smi;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1", 1_000_000_000)]
    [InlineData("500m", 500_000_000)]
    [InlineData("1500m", 1_500_000_000)]
    [InlineData("1.5", 1_500_000_000)]
    [InlineData(".5", 500_000_000)]
    [InlineData("5.", 5_000_000_000)]
    [InlineData("+2", 2_000_000_000)]
    [InlineData("-2", -2_000_000_000)]
    [InlineData("10u", 10_000)]
    [InlineData("10n", 10)]
    [InlineData("2k", 2_000_000_000_000)]
    [InlineData("1Ki", 1_024_000_000_000)]
    [InlineData("1e2", 100_000_000_000)]
    [InlineData("12E-1", 1_200_000_000)]
    [InlineData("0", 0)]
    public void A_quantity_is_read_exactly(string text, long nanos) => Quantity.Nanos(text).Should().Be((BigInteger)nanos);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("m")]
    [InlineData("1.2.3")]
    [InlineData("1 m")]
    [InlineData("1mm")]
    [InlineData("1K")]
    [InlineData("0.1n")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("٣")]
    public void What_is_no_quantity_or_finer_than_a_billionth_is_refused(string text) => Quantity.Nanos(text).Should().BeNull();

    [Fact]
    public void A_long_text_costs_nothing() => Quantity.Nanos(new string('9', 1_000_000)).Should().BeNull();

    [Fact]
    public void Large_quantities_do_not_overflow() => Quantity.Nanos("9E").Should().Be(9 * BigInteger.Pow(10, 27));
}
