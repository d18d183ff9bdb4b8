using System.Text.RegularExpressions;

namespace XdsServer.Tests.Unit.Architecture;

/// <summary>What our pages link to is there, and every page of the documentation can be found from the README.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Folders = ["docs", "deploy", "examples", "protos"];
    private static readonly string Root = Repository.PathOf("");

    [Fact]
    public void Every_relative_link_leads_somewhere() =>
        Pages().SelectMany(page => Links(page).Where(l => !File.Exists(l) && !Directory.Exists(l)).Select(l => $"{Path.GetRelativePath(Root, page)} -> {Path.GetRelativePath(Root, l)}"))
            .Should().BeEmpty();

    [Fact]
    public void The_readme_leads_to_every_page()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        Follow(Path.Combine(Root, "README.md"), found);

        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Except(found).Select(Path.GetFileName).Should().BeEmpty();
    }

    private static void Follow(string page, HashSet<string> found)
    {
        if (found.Add(page))
        {
            foreach (var link in Links(page).Where(l => l.EndsWith(".md", StringComparison.Ordinal) && File.Exists(l)))
            {
                Follow(link, found);
            }
        }
    }

    private static IEnumerable<string> Pages() => Folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.md", SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Root, "*.md"));

    // Without anchors; addresses of the web are not asked.
    private static IEnumerable<string> Links(string page) => Link().Matches(File.ReadAllText(page))
        .Select(m => m.Groups["link"].Value.Split('#')[0])
        .Where(l => l.Length > 0 && !l.Contains("://", StringComparison.Ordinal))
        .Select(l => Path.GetFullPath(l, Path.GetDirectoryName(page)!));

    [GeneratedRegex(@"\]\((?<link>[^)\s]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
