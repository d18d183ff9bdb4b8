using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace XdsServer.Cli;

/// <summary>The usual help, and below it examples that can be copied.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["serve"] =
        [
            "XdsServer                                              the example mesh, all ports at their defaults",
            "XdsServer serve --files mesh/                          a folder of YAML; edits are served at once",
            "XdsServer serve --files mesh/ --grpc 127.0.0.1:0       any free port; the log says which",
        ],
        ["validate"] =
        [
            "XdsServer validate mesh/                               exit code 0: fine, 1: errors, 2: wrong usage",
            "XdsServer validate mesh/web.yaml mesh/gateway.yaml",
        ],
        ["translate"] =
        [
            "XdsServer translate mesh/ --profile sidecar --namespace demo --service web",
            "XdsServer translate mesh/ --profile sidecar --namespace demo --type rds -o json",
        ],
        ["bootstrap"] =
        [
            "XdsServer bootstrap > envoy.yaml && envoy -c envoy.yaml",
            "XdsServer bootstrap --profile sidecar --namespace demo --service web --xds 10.0.0.5:18000",
            "XdsServer bootstrap --profile gateway --namespace demo --service edge --mode sotw",
            "XdsServer bootstrap --profile grpc --namespace demo > bootstrap.json && export GRPC_XDS_BOOTSTRAP=$PWD/bootstrap.json",
        ],
    };

    /// <summary>Who asks for help has not left out an argument by mistake.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (Examples.TryGetValue(command is RootCommand ? "serve" : command.Name, out var examples))
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return result;
    }
}
