using System.CommandLine;
using XdsServer.Metrics;

namespace XdsServer.Cli;

/// <summary><c>version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine($"{CommandLine.Program} {StateMetrics.Version}");
            return ExitCode.Ok;
        });
        return command;
    }
}
