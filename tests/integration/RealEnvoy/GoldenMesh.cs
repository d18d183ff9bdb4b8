using System.Globalization;
using XdsServer.Model;
using XdsServer.Sources.Files;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>A golden case of the unit tests: its input, the proxy that asks, and what that proxy gets.</summary>
internal sealed record GoldenMesh(string InputFile, ProxyGroupKey Group, Snapshot Snapshot)
{
    private const string Mark = "# proxy:";

    private static string Folder => Repository.PathOf("tests", "unit", "Golden");

    /// <summary>All cases, as <c>area/case</c>.</summary>
    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "in.yaml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Folder, Path.GetDirectoryName(f)!))
        .Order(StringComparer.Ordinal);

    /// <summary>Reads and translates one case.</summary>
    public static GoldenMesh Read(string name)
    {
        var file = Path.Combine(Folder, name, "in.yaml");
        var group = GroupOf(File.ReadLines(file).First(l => l.StartsWith(Mark, StringComparison.Ordinal)));
        var model = MeshModel.Compose([FilesReader.Read([file])], previous: null);
        return new GoldenMesh(file, group, MeshTranslator.Translate(model, [group], previous: null).Snapshots[group]);
    }

    /// <summary>Its resources of one type, by name.</summary>
    public IReadOnlyList<Resource> Of(ResourceType type) => [.. Snapshot.Layers.SelectMany(l => l[type].Sorted).OrderBy(r => r.Name, StringComparer.Ordinal)];

    private static ProxyGroupKey GroupOf(string line)
    {
        var settings = line[Mark.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => s[1], StringComparer.Ordinal);
        return new ProxyGroupKey(
            Enum.Parse<ProxyProfile>(settings["profile"], ignoreCase: true),
            settings.GetValueOrDefault("namespace", "default"),
            settings.GetValueOrDefault("service", ""),
            int.Parse(settings.GetValueOrDefault("egress-port", "15001"), CultureInfo.InvariantCulture),
            int.Parse(settings.GetValueOrDefault("inbound-port", "15006"), CultureInfo.InvariantCulture),
            settings.GetValueOrDefault("node", ""));
    }
}
