using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>Rules 1, 2, 4 and 6: routes move when the cluster that they name is warm, and nothing of ours keeps a cluster from becoming so.</summary>
public sealed class WarmClusterTests : RuleTest
{
    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_1_a_route_moves_to_a_new_cluster_when_that_is_warm(string version, Transport transport)
    {
        await StartAsync(version, transport);

        MoveToColdCluster();
        await StaysWithOldAsync();
        New.ReleaseHealth();

        await EndsWithNewAsync();
        await World.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_1_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.UsersWaitForClusters);

        MoveToColdCluster();

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rules_2_and_6_a_cluster_is_warm_at_once_because_its_endpoints_follow_it(string version, Transport transport)
    {
        await StartAsync(version, transport);

        MoveTo(Carry.Eds("new"));
        await Load.OnlyAnsweredByAsync("new");
        World.World.Put(Carry.Eds("new", connectMilliseconds: 1500));
        await World.InStepAsync();

        await EndsWithNewAsync();
        await World.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_2_a_new_cluster_does_not_become_warm(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.EndpointsNeverWait);

        MoveTo(Carry.Eds("new"));

        await StaysWarmingAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_4_one_cluster_that_never_becomes_warm_holds_up_no_other(string version, Transport transport)
    {
        await StartAsync(version, transport);
        await AddNeverWarmAsync();

        MoveTo(Carry.Eds("new"));

        await EndsWithNewAsync();
        await World.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public Task Without_overtaking_it_does(string version, Transport transport) => HoldsUpAsync(version, transport, EnvoyRules.NewerClustersOvertake);

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public Task Without_the_proof_by_endpoints_it_does(string version, Transport transport) => HoldsUpAsync(version, transport, EnvoyRules.EndpointsProveWarmth);

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_6_a_changed_cluster_stays_warming(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.EndpointsFollowClusters);

        World.World.Put(Carry.Eds("old", connectMilliseconds: 1500));

        await StaysWarmingAsync();
    }

    private async Task HoldsUpAsync(string version, Transport transport, EnvoyRules without)
    {
        await StartAsync(version, transport, without);
        await AddNeverWarmAsync();

        MoveTo(Carry.Eds("new"));

        await StaysWithOldAsync();
        await Load.AssertNothingLostAsync();
    }

    private async Task AddNeverWarmAsync()
    {
        var never = await KeepAsync(Upstream.StartAsync("never"));
        never.HoldHealth();
        World.World.Put(Carry.Static("never", never.Port, Carry.PatientCheck()));
        await Eventually.HoldsAsync("a warming cluster", async stop => await WarmingAsync(stop) == 1, World.Describe);
    }
}
