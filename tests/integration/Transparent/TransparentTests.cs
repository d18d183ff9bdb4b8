using System.Text.Json;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Transparent;

/// <summary>An application that knows nothing of Envoy, real redirection by iptables, in a network namespace that lives as long as the test.</summary>
public sealed class TransparentTests
{
    [SkippableTheory]
    [Versions]
    public async Task An_unknowing_application_reaches_services_by_their_cluster_addresses_and_is_reached(string version)
    {
        var envoy = (version == "newest" ? RealParts.Envoy : RealParts.OldEnvoy).Require();
        var (netns, python) = (RealParts.Netns.Require(), RealParts.Python.Require());
        using var folder = new TemporaryFolder();
        string[] server = [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "XdsServer.dll")];

        await using var run = await ProcessOutput.RunAsync(netns, [python, Repository.PathOf("tests", "integration", "Transparent", "scenario.py"), envoy, Repository.PathOf("deploy", "transparent", "redirect"), folder.Path, .. server]);

        run.ExitCode.Should().Be(0, "{0}", run.Tail);
        var result = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(run.Lines.Last(l => l.StartsWith('{')))!;
        result["http"].GetString().Should().Be("web");
        result["tcp"].GetString().Should().Be("db:ping");
        result["requests"].GetInt32().Should().Be(1, "it went through Envoy");
        result["connections"].GetInt32().Should().Be(1, "it went through Envoy");
        result["inbound"].GetString().Should().Be("web");
        result["inbound_requests"].GetInt32().Should().Be(1, "it came through Envoy");
        result["rejected"].GetInt32().Should().Be(0);
    }
}
