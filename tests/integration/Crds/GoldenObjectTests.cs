using System.Text.RegularExpressions;

namespace XdsServer.Tests.Integration.Crds;

/// <summary>SMI objects of the golden cases at a real API server: what the control plane reads without an error from files can be stored in a cluster, too.</summary>
[Collection(SmiClusterCollection.Name)]
public sealed partial class GoldenObjectTests(SmiCluster cluster)
{
    private static readonly string Folder = Repository.PathOf("tests", "unit", "Golden", "smi");

    /// <summary>The cases in which every SMI object is usable.</summary>
    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Folder).Select(d => Path.GetFileName(d)!).Where(IsUsable).Order(StringComparer.Ordinal)];

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task What_is_read_from_files_can_be_stored_in_a_cluster(string name)
    {
        var server = await cluster.ServerAsync();
        await server.CreateAsync(string.Join("\n---\n", ObjectsOf(name)), "--dry-run=server");
    }

    // Decoding reports XDS1…; what comes later depends on other objects, which an API server does not look at.
    private static bool IsUsable(string name)
    {
        var diagnostics = Path.Combine(Folder, name, "diagnostics.txt");
        return !(File.Exists(diagnostics) && DecodingError().IsMatch(File.ReadAllText(diagnostics))) && ObjectsOf(name).Any() && !ObjectsOf(name).Any(o => HeaderMap().IsMatch(o));
    }

    private static IEnumerable<string> ObjectsOf(string name) =>
        Separator().Split(File.ReadAllText(Path.Combine(Folder, name, "in.yaml"))).Where(d => d.Contains("smi-spec.io/", StringComparison.Ordinal));

    [GeneratedRegex(@"^---\s*$", RegexOptions.Multiline, 1000)]
    private static partial Regex Separator();

    [GeneratedRegex(@"error XDS1\d", RegexOptions.None, 1000)]
    private static partial Regex DecodingError();

    // Files may write headers as a map, as the text of the specification does; its CRD and its clients know a list only, and so do ours.
    [GeneratedRegex(@"headers:\s*(?:\{|\n\s+[^-\s])", RegexOptions.None, 1000)]
    private static partial Regex HeaderMap();
}
