using System.Globalization;
using System.Runtime.CompilerServices;
using XdsServer.Model;
using XdsServer.Tests.Unit.Manifests;
using XdsServer.Translators;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Golden;

/// <summary>
/// A folder <c>area/case</c> with an <c>in.yaml</c>, whose first line states the idea and whose second line says which proxy asks:
/// <c># proxy: profile=gateway namespace=demo service=edge</c> (further: <c>egress-port</c>, <c>inbound-port</c>, <c>node</c>). What that
/// proxy gets stands beside it, one file for each type, with <c>diagnostics.txt</c> when there are any.
/// </summary>
internal sealed class GoldenCase
{
    private const string Input = "in.yaml";

    private static readonly Dictionary<ResourceType, string> FileNames = new()
    {
        [ResourceType.Cluster] = "clusters.yaml",
        [ResourceType.Endpoint] = "endpoints.yaml",
        [ResourceType.Secret] = "secrets.yaml",
        [ResourceType.ExtensionConfig] = "extensions.yaml",
        [ResourceType.Listener] = "listeners.yaml",
        [ResourceType.ScopedRoute] = "scoped-routes.yaml",
        [ResourceType.Route] = "routes.yaml",
        [ResourceType.VirtualHost] = "virtual-hosts.yaml",
        [ResourceType.Runtime] = "runtime.yaml",
    };

    private readonly string _folder;

    public GoldenCase(string name)
    {
        _folder = Path.Combine(Root(), name);
        var text = File.ReadAllText(Path.Combine(_folder, Input));
        Group = ParseGroup(text, name);
        Model = MeshModel.Compose([ManifestReading.Read(text, Input)], previous: null);
        Translation = MeshTranslator.Translate(Model, [Group], previous: null);
    }

    /// <summary>The proxy that asks.</summary>
    public ProxyGroupKey Group { get; }

    /// <summary>What was read.</summary>
    public MeshModel Model { get; }

    /// <summary>What it was translated into.</summary>
    public Translation Translation { get; }

    /// <summary>What the proxy gets.</summary>
    public Snapshot Snapshot => Translation.Snapshots[Group];

    /// <summary>All of it, by type in push order, then by name.</summary>
    public IEnumerable<Resource> Resources => ResourceType.All.SelectMany(type => Snapshot.Layers.SelectMany(l => l[type].Sorted).OrderBy(r => r.Name, StringComparer.Ordinal));

    /// <summary>The names of all cases: every folder that holds an input.</summary>
    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Root(), Input, SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Root(), Path.GetDirectoryName(f)!).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    /// <summary>The comment that says what the case is about.</summary>
    public static string FirstLine(string name) => File.ReadLines(Path.Combine(Root(), name, Input)).First();

    /// <summary>The files that the case should consist of, by name, without the input.</summary>
    public SortedDictionary<string, string> Outputs()
    {
        var outputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var ofType in Resources.GroupBy(r => r.Type))
        {
            outputs[FileNames[ofType.Key]] = ResourceText.Yaml(ofType);
        }

        var diagnostics = Model.Diagnostics.Concat(Translation.Diagnostics).Select(d => d + "\n");
        if (diagnostics.Any())
        {
            outputs["diagnostics.txt"] = string.Concat(diagnostics);
        }

        return outputs;
    }

    /// <summary>The files that it consists of.</summary>
    public SortedDictionary<string, string> Files() => new(
        Directory.EnumerateFiles(_folder).Where(f => Path.GetFileName(f) != Input).ToDictionary(f => Path.GetFileName(f), File.ReadAllText, StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>Makes the files what they should be; files that should not be there go.</summary>
    public void Rewrite()
    {
        var outputs = Outputs();
        Files().Keys.Except(outputs.Keys, StringComparer.Ordinal).ToList().ForEach(orphan => File.Delete(Path.Combine(_folder, orphan)));
        foreach (var (name, text) in outputs)
        {
            File.WriteAllText(Path.Combine(_folder, name), text);
        }
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    private static ProxyGroupKey ParseGroup(string text, string name)
    {
        const string Mark = "# proxy:";
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(Mark, StringComparison.Ordinal)) ?? throw new InvalidDataException($"{name}/{Input} has no line '{Mark} profile=…'.");
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
