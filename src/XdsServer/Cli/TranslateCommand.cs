using System.CommandLine;
using System.Text;
using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Translators;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Cli;

/// <summary><c>translate</c>: what a proxy would get, made by the same code that serves it. Secrets are not shown.</summary>
internal static class TranslateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files and folders of manifests.", Arity = ArgumentArity.OneOrMore };
        var type = new Option<string>("--type") { HelpName = "TYPE", Description = "Only one type: cds, eds, lds, rds or sds." };
        type.AcceptOnlyFromAmong([.. ResourceType.All.Select(t => t.ShortName)]);
        var format = new Option<string>("--output", "-o") { HelpName = "FORMAT", Description = "yaml or json.", DefaultValueFactory = _ => "yaml" };
        format.AcceptOnlyFromAmong("yaml", "json");
        var node = new Option<string>("--node") { HelpName = "NAME", Description = "The machine, for --profile node.", DefaultValueFactory = _ => "" };
        var proxy = new ProxyOptions();

        var command = new Command("translate", "Prints what a proxy would get.") { paths, type, format, node };
        proxy.AddTo(command);
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(paths),
            proxy.Key(parsed, parsed.GetRequiredValue(node)),
            ResourceType.All.Where(t => parsed.GetValue(type) is not { } only || t.ShortName == only).ToList(),
            parsed.GetValue(format) == "json",
            parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string[] paths, ProxyGroupKey key, List<ResourceType> types, bool isJson, InvocationConfiguration io)
    {
        var terminal = new Terminal(io.Error);
        if (MeshReading.FirstMissing(paths) is { } missing)
        {
            terminal.Error($"'{missing}' does not exist: name files and folders that do.");
            return ExitCode.WrongUsage;
        }

        var model = MeshReading.Read(paths);
        var translation = MeshReading.Translate(model, [key]);
        var diagnostics = MeshReading.Diagnostics(model, translation);
        foreach (var diagnostic in diagnostics)
        {
            terminal.Show(diagnostic);
        }

        foreach (var (service, shape) in Shapes(model, key.Namespace))
        {
            terminal.Line($"{service} is {(shape.Role == ShapeRole.LeftOut ? "not " : "")}shaped by {shape}");
        }

        var snapshot = translation.Snapshots[key];
        var resources = types.Select(t => (Type: t, Resources: ResourcesOf(snapshot, t))).Where(t => types.Count == 1 || t.Resources.Count > 0).ToList();
        io.Output.Write(isJson ? Json(resources) : Yaml(resources));
        return diagnostics.Any(d => d.Severity == Severity.Error) ? ExitCode.Failed : ExitCode.Ok;
    }

    // The services of the proxy's namespace, with the objects that decide where their requests go.
    private static IEnumerable<(ServiceKey Service, ServiceShape Shape)> Shapes(MeshModel model, string space) => ServiceShapes.Of(model)
        .Where(shapes => shapes.Key.Namespace == space)
        .OrderBy(shapes => shapes.Key)
        .SelectMany(shapes => shapes.Select(shape => (shapes.Key, shape)));

    private static List<Resource> ResourcesOf(Snapshot snapshot, ResourceType type) =>
        [.. snapshot.Layers.SelectMany(l => l[type].Sorted).OrderBy(r => r.Name, StringComparer.Ordinal)];

    private static string Yaml(List<(ResourceType Type, List<Resource> Resources)> all) => Join(
        all, t => $"{t.Type.ShortName}:{(t.Resources.Count == 0 ? " []\n" : "\n" + WithNewLine(ResourceText.Yaml(t.Resources, withType: true)))}", "", "", "");

    private static string Json(List<(ResourceType Type, List<Resource> Resources)> all) => Join(
        all, t => $"\"{t.Type.ShortName}\": {ResourceText.Json(t.Resources, withType: true).TrimEnd()}", "{\n", ",\n", "\n}\n");

    private static string Join<T>(List<T> parts, Func<T, string> text, string before, string between, string after) =>
        new StringBuilder(before).AppendJoin(between, parts.Select(text)).Append(after).ToString();

    private static string WithNewLine(string text) => text.EndsWith('\n') ? text : text + "\n";
}
