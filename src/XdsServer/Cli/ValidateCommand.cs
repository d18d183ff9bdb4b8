using System.CommandLine;
using XdsServer.Model;

namespace XdsServer.Cli;

/// <summary><c>validate</c>: reads, composes and translates, and says what is wrong.</summary>
internal static class ValidateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files and folders of manifests.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Says what is wrong with manifests. Exit code 0: nothing, or warnings only; 1: errors; 2: wrong usage.") { paths };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(paths), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string[] paths, InvocationConfiguration io)
    {
        if (MeshReading.FirstMissing(paths) is { } missing)
        {
            new Terminal(io.Error).Error($"'{missing}' does not exist: name files and folders that do.");
            return ExitCode.WrongUsage;
        }

        var model = MeshReading.Read(paths);
        var diagnostics = MeshReading.Diagnostics(model, MeshReading.Translate(model, MeshReading.Everyone(model)));
        var terminal = new Terminal(io.Output);
        foreach (var diagnostic in diagnostics)
        {
            terminal.Show(diagnostic);
        }

        var errors = diagnostics.Count(d => d.Severity == Severity.Error);
        var warnings = diagnostics.Count(d => d.Severity == Severity.Warning);
        terminal.Line($"{model.Services.Length} services, {model.Gateways.Length} gateways: {errors} errors, {warnings} warnings");
        return errors > 0 ? ExitCode.Failed : ExitCode.Ok;
    }
}
