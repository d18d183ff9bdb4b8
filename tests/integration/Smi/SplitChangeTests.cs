using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Splits change while requests flow, and none is lost.</summary>
public sealed class SplitChangeTests : SmiMesh
{
    private const int Changes = 150;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    [SkippableTheory]
    [Versions]
    public async Task Weights_change_every_200_ms_for_half_a_minute(string version)
    {
        var services = await ServicesAsync("http", "web", "v1", "v2");
        var (envoy, port) = await SidecarOfAsync(version, services + Split("web", "v1: 100, v2: 0"));
        await using var load = Load.Start(port, "web");
        await load.OnlyAnsweredByAsync("v1");

        using var pace = new PeriodicTimer(Pace);
        for (var i = 1; i <= Changes && await pace.WaitForNextTickAsync(CancellationToken.None); i++)
        {
            var weight = i % 21 * 5;
            Mesh.Write("mesh.yaml", services + Split("web", $"v1: {100 - weight}, v2: {weight}"));
        }

        await ChangeRoutesAsync(envoy, "mesh.yaml", services + Split("web", "v1: 0, v2: 100"));
        await load.OnlyAnsweredByAsync("v2");
        load.AnswersOf("v1").Should().BePositive();
        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions]
    public async Task Splits_come_and_go_with_their_backends(string version)
    {
        var web = await ServicesAsync("http", "web");
        var v2 = await ServicesAsync("http", "v2");
        var (_, port) = await SidecarOfAsync(version, web);
        await using var load = Load.Start(port, "web");
        await load.OnlyAnsweredByAsync("web");

        for (var round = 0; round < 5; round++)
        {
            Mesh.Write("mesh.yaml", web + v2 + Split("web", "v2: 1"));
            await load.OnlyAnsweredByAsync("v2");
            Mesh.Write("mesh.yaml", web);
            await load.OnlyAnsweredByAsync("web");
        }

        await load.AssertNothingLostAsync();
    }

    [SkippableFact]
    public async Task A_broken_split_keeps_its_last_good_form()
    {
        var services = await ServicesAsync("http", "web", "v1", "v2");
        var (envoy, port) = await SidecarOfAsync("newest", services);
        await ChangeRoutesAsync(envoy, "split.yaml", Split("web", "v1: 1"));
        await using var load = Load.Start(port, "web");
        await load.OnlyAnsweredByAsync("v1");

        Mesh.Write("split.yaml", Split("web", "v1: 1, v2: -5"));
        await ChangeRoutesAsync(envoy, "other.yaml", Manifests.Service("other", 80, "http", 1));
        await load.OnlyAnsweredByAsync("v1");

        await load.AssertNothingLostAsync();
    }
}
