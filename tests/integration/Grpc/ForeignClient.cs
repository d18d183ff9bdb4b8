using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>Runs a scenario of tests/clients/…/echo in another language's gRPC client; the result is one JSON object.</summary>
internal static class ForeignClient
{
    public static async Task<JsonElement> RunAsync(string client, EchoServer server, string scenario, params string[] tlsFiles)
    {
        using var process = Start(client, server, scenario, tlsFiles);
        return await ResultAsync(process);
    }

    public static Process Start(string client, EchoServer server, string scenario, params string[] tlsFiles)
    {
        var isNode = client == "node";
        var program = (isNode ? RealParts.Node : RealParts.Python).Require();
        var script = isNode ? Repository.PathOf("tests", "clients", "node", "echo.js") : Repository.PathOf("tests", "clients", "python", "echo.py");
        return Process.Start(new ProcessStartInfo(program, [script, server.Address, scenario, .. tlsFiles])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
    }

    public static async Task<JsonElement> ResultAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, "{0}", await errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
