using System.Text.Json;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Transparent;

/// <summary>One run of the scenario for each profile and version, in a network namespace that lives as long as the run; tests share what it found.</summary>
public sealed class RedirectionRuns
{
    private readonly Dictionary<(string Profile, string Version), IReadOnlyDictionary<string, JsonElement>> _results = [];

    /// <summary>What the application got.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> OfAsync(string profile, string version)
    {
        if (!_results.TryGetValue((profile, version), out var result))
        {
            _results[(profile, version)] = result = await RunAsync(profile, version);
        }

        return result;
    }

    private static async Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(string profile, string version)
    {
        var envoy = (version == "newest" ? RealParts.Envoy : RealParts.OldEnvoy).Require();
        var (netns, python) = (RealParts.Netns.Require(), RealParts.Python.Require());
        using var folder = new TemporaryFolder();
        string[] server = [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "XdsServer.dll")];

        await using var run = await ProcessOutput.RunAsync(
            netns, [python, Repository.PathOf("tests", "integration", "Transparent", "scenario.py"), profile, envoy, Repository.PathOf("deploy", "transparent", "redirect"), folder.Path, .. server]);

        run.ExitCode.Should().Be(0, "{0}", run.Tail);
        return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(run.Lines.Last(l => l.StartsWith('{')))!;
    }
}
