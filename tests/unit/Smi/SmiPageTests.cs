using System.Text.RegularExpressions;
using XdsServer.Sources.Manifests;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>docs/smi.md and the code say the same.</summary>
public sealed partial class SmiPageTests
{
    private const int Timeout = 5000;

    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "smi.md"));

    [Fact]
    public void The_page_lists_the_kinds_and_versions_that_are_read()
    {
        var listed = KindRow().Matches(Page).ToDictionary(m => (m.Groups["group"].Value, m.Groups["kind"].Value), m => m.Groups["versions"].Value.Split(", "));

        listed.Should().BeEquivalentTo(ManifestDecoder.VersionsOf("smi-spec.io").ToDictionary(k => (k.Group, k.Kind), k => k.Versions.ToArray()));
    }

    [Fact]
    public void Every_proof_that_the_page_names_is_there()
    {
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(f => f.Contains("Smi", StringComparison.Ordinal) || f.Contains("Transparent", StringComparison.Ordinal)).Select(File.ReadAllText));
        var named = TestName().Matches(Page).Select(m => m.Groups["name"].Value).ToList();

        named.Should().HaveCountGreaterThan(30);
        named.Where(n => !tests.Contains($" {n}(", StringComparison.Ordinal)).Should().BeEmpty("each is a test");
        CaseName().Matches(Page).Select(m => m.Groups["name"].Value).Where(c => !Directory.Exists(Path.Combine(Root, "tests", "unit", "Golden", c))).Should().BeEmpty("each is a golden case");
    }

    [Fact]
    public void Every_row_has_a_golden_case_and_a_test_of_its_number() =>
        Enumerable.Range(1, 17).Where(row => !Regex.IsMatch(Page, $@"^\| {row} \| [^|]+ \| [^|]+ \| `smi/[^|]+ \| `Row_{row}_", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMilliseconds(Timeout))).Should().BeEmpty();

    [Fact]
    public void Every_field_that_the_decoders_read_stands_on_the_page()
    {
        var decoders = string.Concat(Directory.EnumerateFiles(Path.Combine(Root, "src", "XdsServer.Sources", "Manifests", "Kinds", "Smi"), "*.cs").Select(File.ReadAllText));
        var fields = FieldName().Matches(decoders).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal).Except(["spec", "kind", "namespace", "apiGroup"], StringComparer.Ordinal);

        fields.Where(f => !Regex.IsMatch(Page, $@"^\| [^|]*\b{f}\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMilliseconds(Timeout))).Should().BeEmpty();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "XdsControlPlane.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| `(?<group>[a-z]+\.smi-spec\.io)` \| `(?<kind>\w+)` \| (?<versions>[^|]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex KindRow();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+_\w+)`", RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex TestName();

    [GeneratedRegex("`(?<name>smi/[a-z0-9-]+)`", RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex CaseName();

    [GeneratedRegex(@"\.(Text|RequiredText|Texts|Items|Objects|Object|Number|Raw)\(""(?<name>\w+)""", RegexOptions.ExplicitCapture, Timeout)]
    private static partial Regex FieldName();
}
