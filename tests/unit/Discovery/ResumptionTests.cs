using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>A client comes back and does not ask for its clusters: one of them still warms (docs/protocol.md, "A connection that breaks while a cluster warms").</summary>
public sealed class ResumptionTests
{
    private static readonly DiscoveryOptions Options = new();

    private readonly ManualTimeProvider _time = new();
    private readonly FakeGroups _groups = new();

    [Fact]
    public async Task A_route_that_it_may_hold_is_withheld_beyond_the_limit_and_counted_once()
    {
        await using var client = await BackAsync();

        _time.Advance(Options.ResumeLimit);
        await client.NothingIsSentAsync();

        await client.WaitsForAsync("rds r waits for the client to ask for its clusters, which it held before it connected, longer than the limit");
        var status = client.Server.Streams.Read().Single().Types.Single(t => t.Type == "rds");
        (status.Waits, status.Limits).Should().Be((1, 1));
    }

    [Fact]
    public async Task It_goes_out_when_listeners_would_have_drained_because_no_wait_is_for_ever()
    {
        await using var client = await BackAsync();
        _time.Advance(Options.ResumeLimit);
        await client.NothingIsSentAsync();

        _time.Advance(Options.ListenerDrainTime + Options.RemovalSlack);
        LookAgain(client);

        (await client.NextAsync(ResourceType.Route)).Resources.Should().ContainSingle();
    }

    [Fact]
    public async Task It_goes_out_with_the_ACK_of_the_clusters_when_they_are_asked_for_late()
    {
        await using var client = await BackAsync();
        _time.Advance(Options.ResumeLimit + Options.AdditionLimit);
        await client.NothingIsSentAsync();

        client.Delta(ResourceType.Cluster, versions: new(StringComparer.Ordinal) { ["a"] = "before" });
        var clusters = await client.NextAsync(ResourceType.Cluster);
        await client.NextAndAckAsync(ResourceType.Endpoint);
        await client.WaitsForAsync("rds r waits for the ACK of cluster");
        await client.NothingIsSentAsync();
        client.Ack(clusters);

        (await client.NextAsync(ResourceType.Route)).Resources.Should().ContainSingle();
    }

    [Fact]
    public async Task Who_asks_for_no_endpoints_either_may_have_clusters_from_elsewhere_and_is_served_at_the_limit()
    {
        await using var client = await BackAsync(asksForEndpoints: false);

        _time.Advance(Options.ResumeLimit);
        LookAgain(client);

        (await client.NextAsync(ResourceType.Route)).Resources.Should().ContainSingle();
    }

    // A request makes the stream look at the time, be its timer set by then or not.
    private static void LookAgain(AdsClient client) => client.Delta(ResourceType.Runtime, ["anything"]);

    // It holds an older form of route r. Cluster a needs more than endpoints to become warm, as b does that it asks endpoints for.
    private async Task<AdsClient> BackAsync(bool asksForEndpoints = true)
    {
        var cluster = World.Make(ResourceType.Cluster, "a", new Envoy.Config.Cluster.V3.Cluster { Name = "a", HealthChecks = { new Envoy.Config.Core.V3.HealthCheck() } });
        _groups.Snapshot.Publish(World.Snapshot(cluster, World.Cluster("b"), World.Endpoint("b"), World.Route("r", 1, "a")));
        var client = new AdsClient(_groups, AdsClient.ServerOf(_groups, _time, Options), DiscoveryVariant.Delta);
        if (asksForEndpoints)
        {
            client.Delta(ResourceType.Endpoint, ["b"]);
            await client.NextAndAckAsync(ResourceType.Endpoint);
        }

        client.Delta(ResourceType.Route, ["r"], versions: new(StringComparer.Ordinal) { ["r"] = "before" });
        await client.WaitsForAsync("rds r waits for the client to ask for its clusters");
        return client;
    }
}
