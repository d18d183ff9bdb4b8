using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// Rule 3: an Envoy whose connection breaks while a cluster warms does not ask for clusters on the next stream before that cluster is warm. It asks for
/// endpoints, listeners and routes.
/// </summary>
public sealed class InterruptedWarmingTests : RuleTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_3_a_stream_that_has_not_asked_for_clusters_gets_endpoints(string version, Transport transport)
    {
        await InterruptAsync(version, transport, AllRules);

        await Load.OnlyAnsweredByAsync("new");
        await Load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_3_the_cluster_never_becomes_warm(string version, Transport transport)
    {
        await InterruptAsync(version, transport, Without(EnvoyRules.EndpointsNeverWait));

        await StaysWarmingAsync();
        World.Stream!.Types.Single(t => t.Type == "eds").Waiting.Should().Contain(w => w.Contains("the ACK of the clusters", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Routes_wait_until_a_client_that_comes_back_asks_for_its_clusters(string version, Transport transport)
    {
        await InterruptColdAsync(version, transport, EnvoyRules.None);
        await StaysWithOldAsync();
        New.ReleaseHealth();

        await EndsWithNewAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task When_they_do_not_wait_requests_are_lost(string version, Transport transport)
    {
        await InterruptColdAsync(version, transport, EnvoyRules.UsersWaitForResumption);

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Beyond_the_limit_only_the_route_to_the_cluster_that_warms_stays_back_and_is_reported(string version, Transport transport)
    {
        await InterruptColdAsync(version, transport, Without(EnvoyRules.None, resume: Soon));
        await ReportsAsync("rds routes waits for the client to ask for its clusters, which it held before it connected, longer than the limit");
        var port = FreePort.Take();
        World.World.Put(Carry.Listener("side", port, "side-routes"), Carry.Route("side-routes", "old"));
        await ClientOf(port).AnsweredByAsync("any", "old");
        await StaysWithOldAsync();
        New.ReleaseHealth();

        await EndsWithNewAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task When_the_limit_lets_it_go_requests_are_lost(string version, Transport transport)
    {
        await InterruptColdAsync(version, transport, Without(EnvoyRules.LimitsWithhold, resume: Soon));

        await LosesAsync();
    }

    private Task InterruptColdAsync(string version, Transport transport, EnvoyRules without) => InterruptColdAsync(version, transport, Without(without));

    private async Task InterruptColdAsync(string version, Transport transport, DiscoveryOptions options)
    {
        await StartAsync(version, transport, options);
        MoveToColdCluster();
        await StaysWarmingAsync();

        await World.CutAsync();
        World.Mend();
        await Eventually.HoldsAsync("a request for routes", () => World.Stream?.Types.Any(t => t.Type == "rds") == true, World.Describe);
    }

    // The endpoints of a new cluster are kept back until the connection breaks; the server that comes then has other rules and no memory, so nothing is removed.
    private async Task InterruptAsync(string version, Transport transport, DiscoveryOptions then)
    {
        await StartAsync(version, transport, EnvoyRules.EndpointsNeverWait);
        MoveTo(Carry.Eds("new"), removesOld: false);
        await StaysWarmingAsync();

        await World.CutAsync();
        await World.ReplaceServerAsync(then);
        World.Mend();
        await Eventually.HoldsAsync("a request for endpoints", () => World.Stream?.Types.Any(t => t.Type == "eds") == true, World.Describe);
    }
}
