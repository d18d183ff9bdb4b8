using XdsServer.Model;

namespace XdsServer.Tests.Unit.Routes;

public sealed class Re2Tests
{
    [Theory]
    [InlineData("/api/v[0-9]+/.*")]
    [InlineData("(a|b)*c?")]
    [InlineData(@"\d{3}-\w+")]
    [InlineData("(?i)abc")]
    [InlineData("(?:a|b)+?")]
    [InlineData("(?P<name>x)")]
    [InlineData("[]a-z^-]+")]
    [InlineData("a{b}")]
    [InlineData("[^/]+")]
    public void What_RE2_takes_is_taken(string expression) => Re2.Problem(expression).Should().BeNull();

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a(?=b)", "look-around")]
    [InlineData("a(?!b)", "look-around")]
    [InlineData("(?<=a)b", "look-around")]
    [InlineData("(?>a)", "look-around")]
    [InlineData(@"(a)\1", "back reference")]
    [InlineData("(a", "no ')'")]
    [InlineData("a)", "no '('")]
    [InlineData("[a", "no ']'")]
    [InlineData("[z-a]", "backwards")]
    [InlineData("*a", "nothing to repeat")]
    [InlineData("a**", "repeated again")]
    [InlineData(@"a\", "ends in")]
    [InlineData(@"\Z", "does not know")]
    [InlineData("a{1001}", "more than 1000")]
    [InlineData("(abc{500}){900}", "too large")]
    [InlineData(".{1000}", "too large")]
    public void What_RE2_refuses_is_refused(string expression, string problem) => Re2.Problem(expression).Should().Contain(problem);

    [Fact]
    public void Endless_nesting_is_refused() => Re2.Problem(new string('(', 5000)).Should().Contain("too deep");
}
