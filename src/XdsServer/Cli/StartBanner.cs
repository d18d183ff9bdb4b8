using XdsServer.Hosting;
using XdsServer.Options;

namespace XdsServer.Cli;

/// <summary>What a newcomer reads first: what is served, and what to do next. Nothing when the log is for machines.</summary>
internal static class StartBanner
{
    /// <summary>Writes it to the terminal.</summary>
    public static void Write(XdsHost host, XdsServerOptions options, Terminal terminal)
    {
        if (!string.Equals(options.Log.Format, "console", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var what = options.HasSource ? string.Join(", ", options.Files.Paths) : "the example mesh (examples/quickstart); use --files DIR for your own";
        var grpc = BoundAddresses.Reachable(host.GrpcAddress);
        var xds = grpc.Port == 18000 ? "" : $" --xds {grpc}";
        terminal.Heading("XdsControlPlane is running");
        terminal.Line($"  serving   {what}");
        terminal.Line($"  gRPC      {host.GrpcAddress}    REST {host.RestAddress}    admin http://{host.AdminAddress}");
        terminal.Line($"  next      {Command} bootstrap{xds} > envoy.yaml && envoy -c envoy.yaml");
        if (!options.HasSource)
        {
            terminal.Line("            curl -H 'Host: admin' http://127.0.0.1:15001/healthz       a request through that Envoy");
        }

        terminal.Line($"  look      curl http://{host.AdminAddress}/api/v1/diagnostics          what is wrong, if anything");
        terminal.Line("");
    }

    private static string Command => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet" or null || AppContext.BaseDirectory.Contains("artifacts", StringComparison.Ordinal)
        ? "dotnet run --project src/XdsServer --"
        : CommandLine.Program;
}
