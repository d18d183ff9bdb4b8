using System.CommandLine;
using XdsServer.Options;

namespace XdsServer.Cli;

/// <summary><c>serve</c>, which is also what happens without a command.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("serve", "Serves xDS until it is stopped.");
        AddTo(command);
        return command;
    }

    /// <summary>Gives a command the options and the action of <c>serve</c>.</summary>
    public static void AddTo(Command command)
    {
        var options = new ServeOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ServeAsync(options, parsed, cancellationToken));
    }

    private static async Task<int> ServeAsync(ServeOptions serve, ParseResult parsed, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(parsed.InvocationConfiguration.Error);
        if (serve.NotAvailable(parsed) is { } option)
        {
            terminal.Error($"{option} is not available yet: this version reads files only. Use --files DIR, or no source for the example mesh.");
            return ExitCode.WrongUsage;
        }

        try
        {
            var options = serve.Apply(parsed, OptionsReader.Read(OptionsReader.Configuration(serve.ConfigFile(parsed))));
            await using var host = await XdsHost.StartAsync(options, cancellationToken);
            StartBanner.Write(host, options, terminal);
            await host.WaitForShutdownAsync(cancellationToken);
            return host.HasFailed ? ExitCode.Failed : ExitCode.Ok;
        }
        catch (OptionsException e)
        {
            foreach (var problem in e.Problems)
            {
                terminal.Error(problem);
            }

            return ExitCode.WrongUsage;
        }
        catch (IOException e)
        {
            terminal.Error($"{e.Message} Choose another port with --grpc, --rest or --admin, or stop what is using it.");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
    }
}
