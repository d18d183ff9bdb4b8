using XdsServer.Translators.Gateways;

namespace XdsServer.Tests.Unit.Gateways;

public sealed class HostNamesTests
{
    [Theory]
    [InlineData("", "", "*")]
    [InlineData("", "a.com", "a.com")]
    [InlineData("*.a.com", "", "*.a.com")]
    [InlineData("*.a.com", "x.a.com", "x.a.com")]
    [InlineData("x.a.com", "*.a.com", "x.a.com")]
    [InlineData("*.a.com", "*.b.a.com", "*.b.a.com")]
    [InlineData("*.a.com", "a.com", "")]
    [InlineData("*.a.com", "xa.com", "")]
    [InlineData("a.com", "b.com", "")]
    [InlineData("b.com a.com", "a.com b.com c.com", "a.com b.com")]
    public void What_both_name_is_the_narrower_of_each_overlapping_pair(string left, string right, string expected)
    {
        string.Join(' ', HostNames.InCommon(List(left), List(right))).Should().Be(expected);
    }

    private static System.Collections.Immutable.ImmutableArray<string> List(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
