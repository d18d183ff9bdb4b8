using System.CommandLine;
using System.CommandLine.Help;

namespace XdsServer.Cli;

/// <summary>The command line: a contract that other tools rely on. Names may be added, never changed.</summary>
internal static class CommandLine
{
    /// <summary>What the program is called in messages.</summary>
    public const string Program = "XdsServer";

    /// <summary>Runs one command; the result is the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var terminal = new Terminal(error);
            foreach (var problem in parsed.Errors)
            {
                terminal.Error(problem.Message);
            }

            terminal.Line($"Try '{Program}{(parsed.CommandResult.Command is RootCommand ? "" : " " + parsed.CommandResult.Command.Name)} --help'.");
            return ExitCode.WrongUsage;
        }

        // Signals are the host's business: it ends streams before the process goes.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("An xDS control plane for Envoy and proxyless gRPC. Without a command it serves; without a source it serves an example mesh.");
        ServeCommand.AddTo(root);
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(TranslateCommand.Create());
        root.Subcommands.Add(BootstrapCommand.Create());
        root.Subcommands.Add(VersionCommand.Create());
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }
}
