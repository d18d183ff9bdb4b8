using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>Rules 7 and 11: a cluster goes when nothing uses it any more, be it replaced filter chains or the routes that a client kept while it was not connected.</summary>
public sealed class RemovedClusterTests : RuleTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_7_a_cluster_stays_as_long_as_drained_filter_chains_route_to_it(string version, Transport transport)
    {
        await StartAsync(version, transport);

        MoveListener();

        await EndsWithNewAsync();
        await World.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_7_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.ClustersWaitForUsers);

        MoveListener();

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_11_what_went_while_the_connection_was_broken_goes_after_the_new_routes(string version, Transport transport)
    {
        await StartAsync(version, transport);

        await MoveWhileCutAsync();
        await StaysWithOldAsync();
        New.ReleaseHealth();

        await EndsWithNewAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_11_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.RemovalsWaitForResumption);

        await MoveWhileCutAsync();

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rules_8_and_11_routes_from_before_the_connection_stay_when_the_new_cluster_is_not_warm_at_the_limit(string version, Transport transport)
    {
        await StartAsync(version, transport, Without(EnvoyRules.None, Soon, Soon));

        await MoveWhileCutAsync();
        await ReportsAsync("rds routes waits for the ACK of cluster new, longer than the limit");
        await StaysWithOldAsync();
        New.ReleaseHealth();

        await EndsWithNewAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_8_they_go_and_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, Without(EnvoyRules.LimitsWithhold, Soon, Soon));

        await MoveWhileCutAsync();

        await LosesAsync();
    }

    private async Task MoveWhileCutAsync()
    {
        await World.CutAsync();
        MoveToColdCluster();
        World.Mend();
    }
}
