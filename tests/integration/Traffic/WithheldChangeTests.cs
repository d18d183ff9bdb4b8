using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>Rules 5 and 8: what depends on a rejected cluster, or on one that is not warm in time, is withheld and reported, not forced.</summary>
public sealed class WithheldChangeTests : RuleTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_5_a_rejected_cluster_keeps_the_route_where_it_is_and_the_old_cluster_alive(string version, Transport transport)
    {
        await StartAsync(version, transport);

        MoveTo(Refused("new"));
        await Eventually.HoldsAsync("a rejection", async stop => (await World.Envoy.StatsAsync("^cluster_manager.cds.update_rejected$", stop)).Values.Single() > 0, World.Describe);
        await StaysWithOldAsync();

        World.Stream!.Types.Single(t => t.Type == "rds").Waiting.Should().ContainSingle(w => w.Contains("the ACK of cluster new", StringComparison.Ordinal));
        World.World.Put(Carry.Eds("new"));
        await EndsWithNewAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_5_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.RejectionsHold);

        MoveTo(Refused("new"));

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_8_a_change_at_its_limit_is_withheld_and_reported(string version, Transport transport)
    {
        await StartAsync(version, transport, Without(EnvoyRules.None, Soon));

        MoveToColdCluster();
        await Eventually.HoldsAsync("the report", () => World.Stream!.Types.Any(t => t.Waiting.Any(w => w == "rds routes waits for the ACK of cluster new, longer than the limit")), World.Describe);
        await StaysWithOldAsync();

        await Load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Without_rule_8_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, Without(EnvoyRules.LimitsWithhold, Soon));

        MoveToColdCluster();

        await LosesAsync();
    }

    // A mistake that only Envoy can see.
    private static Resource Refused(string name)
    {
        var cluster = Cluster.Parser.ParseFrom(Carry.Eds(name).Body.Span);
        cluster.TransportSocket = new TransportSocket { Name = "no.such.socket", TypedConfig = new() { TypeUrl = "type.googleapis.com/google.protobuf.Empty" } };
        return Carry.Of(ResourceType.Cluster, name, cluster);
    }
}
