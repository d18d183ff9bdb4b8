using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// Make before break at a real Envoy under load: each measured rule (docs/protocol.md) once as it is, and once switched off, which shows that the rule is
/// what keeps the requests.
/// </summary>
public sealed class RuleTests : MeshTest
{
    // So many requests are far more time than an Envoy needs for a change that nothing holds back.
    private const int AWhile = 600;
    private const string Routes = "routes";

    private static readonly DiscoveryOptions Options = new() { ListenerDrainTime = TimeSpan.FromSeconds(2), RemovalSlack = TimeSpan.FromSeconds(30), AdditionLimit = TimeSpan.FromSeconds(30) };

    private readonly int _port = FreePort.Take();
    private Upstream _old = null!;
    private Upstream _new = null!;
    private EnvoyWorld _world = null!;
    private Load _load = null!;

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_1_a_route_moves_to_a_new_cluster_when_that_is_warm(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);
        _new.HoldHealth();

        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));
        await _load.MoreAsync(AWhile);
        _load.AnswersOf("new").Should().Be(0);
        _new.ReleaseHealth();

        await _load.OnlyAnsweredByAsync("new");
        await HasOnlyAsync("new");
        await _load.AssertNothingLostAsync();
        await _world.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_1_requests_are_lost(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.UsersWaitForClusters);
        _new.HoldHealth();

        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rules_2_and_6_a_cluster_is_warm_at_once_because_its_endpoints_follow_it(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);

        MoveTo(Carry.Eds("new"));
        await _load.OnlyAnsweredByAsync("new");
        _world.World.Put(Carry.Eds("new", connectMilliseconds: 1500));
        await _world.InStepAsync();

        await HasOnlyAsync("new");
        await _load.AssertNothingLostAsync();
        await _world.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_2_a_new_cluster_does_not_become_warm(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.EndpointsNeverWait);

        MoveTo(Carry.Eds("new"));

        await StaysWarmingAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_3_a_stream_that_has_not_asked_for_clusters_gets_endpoints(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.EndpointsNeverWait);
        MoveTo(Carry.Eds("new"));
        await StaysWarmingAsync();

        await ReconnectAsync(Options);

        await _load.OnlyAnsweredByAsync("new");
        await _load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_4_one_cluster_that_never_becomes_warm_holds_up_no_other(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);
        await NeverWarmAsync();

        MoveTo(Carry.Eds("new"));

        await _load.OnlyAnsweredByAsync("new");
        await Eventually.HoldsAsync("the loss of the old cluster", async stop => !(await _world.Envoy.ActiveClustersAsync(stop)).Contains("old"), _world.Describe);
        await _load.AssertNothingLostAsync();
        await _world.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [InlineData(EnvoyRules.NewerClustersOvertake, Transport.SotwAds)]
    [InlineData(EnvoyRules.NewerClustersOvertake, Transport.DeltaAds)]
    [InlineData(EnvoyRules.EndpointsProveWarmth, Transport.SotwAds)]
    [InlineData(EnvoyRules.EndpointsProveWarmth, Transport.DeltaAds)]
    public async Task Without_rule_4_it_does(object rule, Transport transport)
    {
        await StartAsync("newest", transport, (EnvoyRules)rule);
        await NeverWarmAsync();

        MoveTo(Carry.Eds("new"));
        await _load.MoreAsync(AWhile);

        _load.AnswersOf("new").Should().Be(0);
        await _load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_5_a_rejected_cluster_keeps_the_route_where_it_is_and_the_old_cluster_alive(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);

        MoveTo(Refused("new"));
        await RejectsAsync();
        await _load.MoreAsync(AWhile);

        _load.AnswersOf("new").Should().Be(0);
        _world.Stream!.Types.Single(t => t.Type == "rds").Waiting.Should().ContainSingle(w => w.Contains("the ACK of cluster new", StringComparison.Ordinal));
        _world.World.Put(Carry.Eds("new"));
        await _load.OnlyAnsweredByAsync("new");
        await _load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_5_requests_are_lost(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.RejectionsHold);

        MoveTo(Refused("new"));

        await LosesAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_6_a_changed_cluster_stays_warming(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.EndpointsFollowClusters);

        _world.World.Put(Carry.Eds("old", connectMilliseconds: 1500));

        await StaysWarmingAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_7_a_cluster_stays_as_long_as_drained_filter_chains_route_to_it(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);

        MoveListener();

        await _load.OnlyAnsweredByAsync("new");
        await HasOnlyAsync("new");
        await _load.AssertNothingLostAsync();
        await _world.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_7_requests_are_lost(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.ClustersWaitForUsers);

        MoveListener();

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_8_a_change_at_its_limit_is_withheld_and_reported(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None, AtOnce);
        _new.HoldHealth();

        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));
        await Eventually.HoldsAsync("the report", () => _world.Stream!.Types.Any(t => t.Waiting.Any(w => w == "rds routes waits for the ACK of cluster new, longer than the limit")), _world.Describe);
        await _load.MoreAsync(AWhile);

        _load.AnswersOf("new").Should().Be(0);
        await _load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_8_requests_are_lost(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.LimitsWithhold, AtOnce);
        _new.HoldHealth();

        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.Separate)]
    public async Task Rule_10_without_a_common_stream_routes_give_clusters_time(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);
        _new.HoldHealth();

        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));
        await _load.MoreAsync(AWhile);
        _new.ReleaseHealth();

        await _load.OnlyAnsweredByAsync("new");
        await HasOnlyAsync("new");
        await _load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.Separate)]
    public async Task Without_rule_10_requests_are_lost(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.SeparateStreamsWait);
        _new.HoldHealth();

        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));

        await LosesAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_11_what_went_while_the_connection_was_broken_goes_after_the_new_routes(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.None);

        _new.HoldHealth();

        await _world.CutAsync();
        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));
        _world.Mend();
        await _load.MoreAsync(AWhile);
        _new.ReleaseHealth();

        await _load.OnlyAnsweredByAsync("new");
        await HasOnlyAsync("new");
        await _load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [InlineData(Transport.SotwAds)]
    [InlineData(Transport.DeltaAds)]
    public async Task Without_rule_11_requests_are_lost(Transport transport)
    {
        await StartAsync("newest", transport, EnvoyRules.RemovalsWaitForResumption);

        _new.HoldHealth();

        await _world.CutAsync();
        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));
        _world.Mend();

        await LosesAsync();
    }

    private static DiscoveryOptions AtOnce(DiscoveryOptions options) => new()
    {
        Rules = options.Rules,
        AdditionLimit = TimeSpan.FromMilliseconds(300),
        ListenerDrainTime = options.ListenerDrainTime,
        RemovalSlack = options.RemovalSlack,
    };

    private static DiscoveryOptions Without(EnvoyRules rules) => new()
    {
        Rules = EnvoyRules.All & ~rules,
        AdditionLimit = Options.AdditionLimit,
        ListenerDrainTime = Options.ListenerDrainTime,
        RemovalSlack = Options.RemovalSlack,
    };

    private async Task StartAsync(string version, Transport transport, EnvoyRules without, Func<DiscoveryOptions, DiscoveryOptions>? more = null)
    {
        var program = EnvoyOf(version);
        (_old, _new) = (await KeepAsync(Upstream.StartAsync("old")), await KeepAsync(Upstream.StartAsync("new")));
        var options = Without(without);
        _world = await KeepAsync(EnvoyWorld.StartAsync(program, transport, more is null ? options : more(options), world => world.Put(
            Carry.Eds("old"), Carry.Assignment("old", _old.Port), Carry.Listener("front", _port, Routes), Carry.Route(Routes, "old"))));
        await _world.Envoy.ReadyAsync();
        await _world.InStepAsync();
        _load = Keep(Load.Start(_port, "any"));
        await _load.OnlyAnsweredByAsync("old");
    }

    // In one change: a new cluster, the route to it, and the old cluster's end.
    private void MoveTo(Resource cluster) => _world.World.Edit(
        [cluster, Carry.Assignment("new", _new.Port), Carry.Route(Routes, "new")],
        [new ResourceName(ResourceType.Cluster, "old"), new ResourceName(ResourceType.Endpoint, "old")]);

    private void MoveListener() => _world.World.Edit(
        [Carry.Eds("new"), Carry.Assignment("new", _new.Port), Carry.Route("other-routes", "new"), Carry.Listener("front", _port, "other-routes")],
        [new ResourceName(ResourceType.Cluster, "old"), new ResourceName(ResourceType.Endpoint, "old"), new ResourceName(ResourceType.Route, Routes)]);

    private async Task NeverWarmAsync()
    {
        var never = await KeepAsync(Upstream.StartAsync("never"));
        never.HoldHealth();
        _world.World.Put(Carry.Static("never", never.Port, Carry.PatientCheck()));
        await Eventually.HoldsAsync("a warming cluster", async stop => await WarmingAsync(stop) == 1, _world.Describe);
    }

    private async Task ReconnectAsync(DiscoveryOptions options)
    {
        await _world.CutAsync();
        await _world.ReplaceServerAsync(options);
        _world.Mend();
        await Eventually.HoldsAsync("a stream", () => _world.Stream is not null, _world.Describe);
    }

    private async Task StaysWarmingAsync()
    {
        await Eventually.HoldsAsync("a warming cluster", async stop => await WarmingAsync(stop) == 1, _world.Describe);
        await _load.MoreAsync(AWhile);
        (await WarmingAsync(CancellationToken.None)).Should().Be(1, _world.Describe());
    }

    private async Task<long> WarmingAsync(CancellationToken stop) => (await _world.Envoy.StatsAsync("^cluster_manager.warming_clusters$", stop)).Values.Single();

    private Task RejectsAsync() => Eventually.HoldsAsync("a rejection", async stop => (await _world.Envoy.StatsAsync("^cluster_manager.cds.update_rejected$", stop)).Values.Single() > 0, _world.Describe);

    private Task LosesAsync() => Eventually.HoldsAsync("lost requests", () => _load.Lost.Count > 0, _world.Describe);

    private Task HasOnlyAsync(string cluster) => Eventually.HoldsAsync(
        $"only cluster {cluster}",
        async stop => (await _world.Envoy.ActiveClustersAsync(stop)).Where(c => c is "old" or "new").SequenceEqual([cluster]),
        _world.Describe);

    // A mistake that only Envoy can see.
    private static Resource Refused(string name)
    {
        var cluster = Cluster.Parser.ParseFrom(Carry.Eds(name).Body.Span);
        cluster.TransportSocket = new TransportSocket { Name = "no.such.socket", TypedConfig = new() { TypeUrl = "type.googleapis.com/google.protobuf.Empty" } };
        return Carry.Of(ResourceType.Cluster, name, cluster);
    }
}
