using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// Duties 75 to 77 with a real Envoy: a resource with a time to live stays as long as heartbeats come, and goes without them. Over delta: a cluster of
/// a state-of-the-world Envoy outlived its time in 1.36 and was not looked into further (docs/envoy-resource.md).
/// </summary>
public sealed class TimeToLiveTests : RuleTest
{
    // Two of three heartbeats may come late: on a busy machine an Envoy stands still for most of a second.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(3);

    [SkippableTheory]
    [Versions(Transport.DeltaAds)]
    public async Task A_cluster_lives_by_heartbeats_goes_without_them_and_comes_back_with_the_connection(string version, Transport transport)
    {
        await StartAsync(version, transport);
        World.World.Put(Carry.Static("timed", New.Port).WithTtl(Life));
        await HasTimedAsync(true);

        // At a thousand requests a second: several lives.
        await Load.MoreAsync(9000);
        (await World.Envoy.ActiveClustersAsync()).Should().Contain("timed", World.Describe());

        await World.CutAsync();
        await HasTimedAsync(false);
        World.Mend();

        await HasTimedAsync(true);
        await Load.AssertNothingLostAsync();
        await World.Envoy.AssertCleanAsync("AggregatedResources", "gRPC config");
    }

    private Task HasTimedAsync(bool isThere) => Eventually.HoldsAsync(
        isThere ? "the cluster that has a time to live" : "the end of that cluster, and of no other",
        async stop => await World.Envoy.ActiveClustersAsync(stop) is var clusters && clusters.Contains("timed") == isThere && clusters.Contains("old"),
        World.Describe);
}
