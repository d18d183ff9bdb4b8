using System.Diagnostics;
using XdsServer.Grpc;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>Health and reflection, as grpcurl uses them.</summary>
public sealed class ToolTests : IAsyncLifetime
{
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableFact]
    public async Task Services_are_listed() =>
        (await RunAsync("list")).Output.Should().Contain("grpc.health.v1.Health").And.Contain("grpc.reflection.v1.ServerReflection").And.Contain("test.Echo");

    [SkippableTheory]
    [InlineData("grpc.health.v1.Health", "rpc Check ( .grpc.health.v1.HealthCheckRequest )")]
    [InlineData("envoy.service.discovery.v3.AggregatedDiscoveryService", "rpc StreamAggregatedResources")]
    [InlineData("envoy.config.cluster.v3.Cluster.EdsClusterConfig", "string service_name = 2")]
    public async Task A_symbol_is_described(string symbol, string text) =>
        (await RunAsync("describe", symbol)).Output.Should().Contain(text);

    [SkippableFact]
    public async Task An_unknown_symbol_is_not_found() =>
        (await RunAsync("describe", "no.such.Thing")).Output.Should().Contain("no.such.Thing");

    [SkippableFact]
    public async Task Health_follows_the_state()
    {
        (await RunAsync("grpc.health.v1.Health/Check")).Output.Should().Contain("NOT_SERVING");

        _server.Health.Publish(new ServingState(IsServing: true));

        (await RunAsync("grpc.health.v1.Health/Check")).Output.Should().Contain("\"SERVING\"");
    }

    [SkippableFact]
    public async Task Health_of_an_unknown_service_is_not_found()
    {
        var (exitCode, output) = await RunAsync("-d", "{\"service\":\"nobody\"}", "grpc.health.v1.Health/Check");

        exitCode.Should().NotBe(0);
        output.Should().Contain("NotFound");
    }

    [SkippableFact]
    public async Task Health_can_be_watched()
    {
        using var process = Start("grpc.health.v1.Health/Watch");
        (await NextStatusAsync(process)).Should().Contain("NOT_SERVING");

        _server.Health.Publish(new ServingState(IsServing: true));

        (await NextStatusAsync(process)).Should().Contain("\"SERVING\"");
        process.Kill();
    }

    private static async Task<string> NextStatusAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("status", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "";
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    // Options stand before the address, verbs and methods behind it.
    private Process Start(params string[] arguments)
    {
        var options = arguments.TakeWhile(a => a.StartsWith('-') || a.StartsWith('{'));
        var rest = arguments.SkipWhile(a => a.StartsWith('-') || a.StartsWith('{'));
        return Process.Start(new ProcessStartInfo(RealParts.Grpcurl.Require(), ["-plaintext", .. options, _server.Address, .. rest])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
    }
}
