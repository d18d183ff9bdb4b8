using System.Text.RegularExpressions;

namespace XdsServer.Tests.Unit.Architecture;

/// <summary>Habits that hold for every source file.</summary>
public sealed partial class SourceTests
{
    private const int MostLines = 400;

    public static TheoryData<string> Folders => [.. Directory.EnumerateDirectories(Repository.PathOf("src")).Select(d => Path.GetRelativePath(Repository.Root, d))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void No_file_is_longer_than_the_budget(string folder) =>
        Repository.SourceFiles(folder).Where(f => File.ReadLines(f).Count() > MostLines).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Folders))]
    public void Namespaces_follow_folders(string folder)
    {
        var wrong = Repository.SourceFiles(folder)
            .Select(f => (File: f, Declared: Namespace().Match(File.ReadAllText(f)).Groups[1].Value))
            .Where(f => f.Declared.Length > 0 && f.Declared != Expected(f.File));

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void Tests_neither_sleep_nor_block()
    {
        var sleeping = Repository.SourceFiles("tests")
            .Where(f => Path.GetFileName(f) != "SourceTests.cs" && Path.GetFileName(f) != "LayerTests.cs")
            .SelectMany(f => File.ReadLines(f).Select(line => $"{Path.GetFileName(f)}: {line.Trim()}"))
            .Where(l => Sleep().IsMatch(l));

        sleeping.Should().BeEmpty("tests wait on conditions");
    }

    private static string Expected(string file) =>
        Path.GetRelativePath(Repository.PathOf("src"), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');

    [GeneratedRegex(@"^namespace (?<1>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"Thread\.Sleep|\.Wait\(\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Sleep();
}
