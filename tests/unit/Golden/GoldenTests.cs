using XdsServer.Translators;
using XdsServer.Translators.Resources.Limits;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Golden;

/// <summary>
/// Every case under this folder. <c>UPDATE_GOLDEN=1</c> rewrites the outputs (not in CI); a normal run fails on an output that is
/// missing, differs, or should not be there.
/// </summary>
public sealed class GoldenTests
{
    public static IEnumerable<object[]> Cases() => GoldenCase.Names().Select(name => new object[] { name });

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_outputs_are_as_they_stand_in_the_folder(string name)
    {
        var golden = new GoldenCase(name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Environment.GetEnvironmentVariable("CI").Should().BeNull("goldens are rewritten by people, who read the difference");
            golden.Rewrite();
        }

        var (expected, actual) = (golden.Files(), golden.Outputs());
        actual.Keys.Should().Equal(expected.Keys, "these are the files of the case");
        foreach (var (file, text) in expected)
        {
            Difference(text, actual[file]).Should().BeNull($"that is the first difference in {name}/{file}; UPDATE_GOLDEN=1 rewrites it");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_breaks_a_limit_of_the_API(string name)
    {
        new GoldenCase(name).Resources.SelectMany(r => LimitChecker.Check(MessageTypes.Decode(r)).Select(v => $"{r}: {v}")).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_uses_a_deprecated_field(string name)
    {
        var golden = new GoldenCase(name);
        var found = golden.Resources.SelectMany(r => DeprecatedFields.Find(MessageTypes.Decode(r)).Select(f => $"{r}: {f}"));

        // Older gRPC libraries refuse weighted clusters without it.
        found.Where(f => golden.Group.Profile != ProxyProfile.Grpc || !f.EndsWith("weighted_clusters.total_weight", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_resource_that_is_named_is_there(string name)
    {
        var golden = new GoldenCase(name);

        golden.Resources.SelectMany(r => r.References.Where(n => golden.Snapshot.Find(n.Type, n.Name) is null).Select(n => $"{r} names {n}")).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_case_opens_with_its_idea(string name)
    {
        new GoldenCase(name).Outputs().Should().NotBeEmpty();
        GoldenCase.FirstLine(name).Should().StartWith("# ").And.NotStartWith("# proxy:");
    }

    private static string? Difference(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (was, now) = (left.ElementAtOrDefault(i), right.ElementAtOrDefault(i));
            if (!string.Equals(was, now, StringComparison.Ordinal))
            {
                return $"line {i + 1}: the file has '{was}', the translation has '{now}'";
            }
        }

        return null;
    }
}
