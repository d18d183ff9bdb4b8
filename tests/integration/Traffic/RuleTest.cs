using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using XdsServer.Discovery;
using XdsServer.Tests.Integration.Conformance;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// Make before break at a real Envoy under load: each measured rule (docs/protocol.md) once as it is, and once switched off, which shows that the rule is
/// what keeps the requests. A route leads all of them to the cluster <c>old</c>; what comes next is called <c>new</c>.
/// </summary>
public abstract class RuleTest : MeshTest
{
    // So many requests are far more time than an Envoy needs for a change that nothing holds back.
    private protected const int AWhile = 600;
    private const string Routes = "routes";

    private readonly int _port = FreePort.Take();
    private Upstream _old = null!;

    private SubscriptionStatus? Routing => World.Stream?.Types.FirstOrDefault(t => t.Type == "rds");

    private protected static DiscoveryOptions AllRules => Without(EnvoyRules.None);

    private protected Upstream New { get; private set; } = null!;

    private protected EnvoyWorld World { get; private set; } = null!;

    private protected Load Load { get; private set; } = null!;

    private protected static DiscoveryOptions Without(EnvoyRules rules, TimeSpan? limit = null, TimeSpan? resume = null) => new()
    {
        Rules = EnvoyRules.All & ~rules,
        AdditionLimit = limit ?? TimeSpan.FromSeconds(30),
        ResumeLimit = resume ?? TimeSpan.FromSeconds(15),
        ListenerDrainTime = TimeSpan.FromSeconds(2),
        RemovalSlack = TimeSpan.FromSeconds(30),
    };

    private protected Task StartAsync(string version, Transport transport, EnvoyRules without = EnvoyRules.None) =>
        StartAsync(version, transport, Without(without));

    private protected async Task StartAsync(string version, Transport transport, DiscoveryOptions options, HttpFilter? onDemand = null)
    {
        var program = EnvoyOf(version);
        (_old, New) = (await KeepAsync(Upstream.StartAsync("old")), await KeepAsync(Upstream.StartAsync("new")));
        World = await KeepAsync(EnvoyWorld.StartAsync(program, transport, options, Seed, fetchesClusters: onDemand is null));
        await World.Envoy.ReadyAsync();
        await World.InStepAsync();
        Load = Keep(Load.Start(_port, "any"));
        await Load.OnlyAnsweredByAsync("old");

        void Seed(OwnWorld world) => world.Put(
            Carry.Eds("old"), Carry.Assignment("old", _old.Port), Carry.Route(Routes, "old"),
            onDemand is null ? Carry.Listener("front", _port, Routes) : Carry.Listener("front", _port, Routes, onDemand));
    }

    // In one change: a new cluster, the route to it, and the old cluster's end.
    private protected void MoveTo(Resource cluster, bool removesOld = true) => World.World.Edit(
        [cluster, Carry.Assignment("new", New.Port), Carry.Route(Routes, "new")],
        removesOld ? [new ResourceName(ResourceType.Cluster, "old"), new ResourceName(ResourceType.Endpoint, "old")] : []);

    // The same with a cluster that does not become warm before New.ReleaseHealth.
    private protected void MoveToColdCluster()
    {
        New.HoldHealth();
        MoveTo(Carry.Eds("new", check: Carry.PatientCheck()));
    }

    // In one change: the listener goes to another route configuration, to a new cluster, and the old ones end.
    private protected void MoveListener() => World.World.Edit(
        [Carry.Eds("new"), Carry.Assignment("new", New.Port), Carry.Route("other-routes", "new"), Carry.Listener("front", _port, "other-routes")],
        [new ResourceName(ResourceType.Cluster, "old"), new ResourceName(ResourceType.Endpoint, "old"), new ResourceName(ResourceType.Route, Routes)]);

    private protected async Task StaysWarmingAsync()
    {
        await Eventually.HoldsAsync("a warming cluster", async stop => await WarmingAsync(stop) == 1, World.Describe);
        await Load.MoreAsync(AWhile);
        (await WarmingAsync(CancellationToken.None)).Should().Be(1, World.Describe());
    }

    private protected async Task StaysWithOldAsync()
    {
        await Load.MoreAsync(AWhile);
        Load.AnswersOf("new").Should().Be(0);
    }

    // The server's view of the client's routes says that they wait longer than the limit, and for what.
    private protected async Task ReportsAsync(string wait)
    {
        await Eventually.HoldsAsync($"'{wait}' in the status of the stream", () => Routing?.Waiting.Any(w => w == wait) == true, World.Describe);
        Routing!.Limits.Should().BePositive("a limit that was reached is counted");
    }

    // All is as it should be: the new cluster serves, the old one is gone, and no request was lost on the way.
    private protected async Task EndsWithNewAsync()
    {
        await Load.OnlyAnsweredByAsync("new");
        await Eventually.HoldsAsync(
            "the new cluster, and not the old one",
            async stop => (await World.Envoy.ActiveClustersAsync(stop)).Where(c => c is "old" or "new").SequenceEqual(["new"]),
            World.Describe);
        await Load.AssertNothingLostAsync();
    }

    private protected Task LosesAsync() => Eventually.HoldsAsync("lost requests", () => Load.Lost.Count > 0, World.Describe);

    private protected async Task<long> WarmingAsync(CancellationToken stop) => (await World.Envoy.StatsAsync("^cluster_manager.warming_clusters$", stop)).Values.Single();
}
