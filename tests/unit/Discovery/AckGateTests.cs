using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>What waits for what on an aggregated stream (docs/protocol.md).</summary>
public sealed class AckGateTests
{
    private static readonly ResourceName ToA = new(ResourceType.Cluster, "a");

    private readonly ManualTimeProvider _time = new();
    private readonly FakeGroups _groups = new();
    private readonly Snapshot _onlyA = World.Snapshot(World.Cluster("a"), World.Endpoint("a"), World.Listener("l", 0, new ResourceName(ResourceType.Route, "r")), World.Route("r", 0, "a"));

    [Fact]
    public async Task Route_that_names_a_new_cluster_waits_for_the_ack_of_cds_but_its_endpoints_do_not()
    {
        await using var client = await ConnectedAsync();

        Publish(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Endpoint("b"), World.Route("r", 1, "b"));
        var clusters = await client.NextAsync(ResourceType.Cluster);
        var endpoints = await client.NextAndAckAsync(ResourceType.Endpoint);
        await client.WaitsForAsync("rds r waits for the ACK of cluster b");
        await client.NothingIsSentAsync();
        client.Ack(clusters);
        var routes = await client.NextAsync(ResourceType.Route);

        clusters.Resources.Select(r => r.Name).Should().Equal("b");
        endpoints.Resources.Select(r => r.Name).Should().Equal("b");
        routes.Resources.Select(r => r.Name).Should().Equal("r");
    }

    [Fact]
    public async Task Changed_cluster_brings_its_unchanged_endpoints_along()
    {
        await using var client = await ConnectedAsync();

        Publish(World.Cluster("a", 1), World.Endpoint("a"), World.Route("r", 0, "a"));
        await client.NextAndAckAsync(ResourceType.Cluster);

        (await client.NextAsync(ResourceType.Endpoint)).Resources.Select(r => r.Name).Should().Equal("a");
    }

    [Fact]
    public async Task Cluster_goes_after_the_ack_of_the_routes_that_no_longer_name_it()
    {
        await using var client = await ConnectedAsync();

        Publish(World.Cluster("b"), World.Endpoint("b"), World.Route("r", 1, "b"));
        client.Ack(await client.NextAsync(ResourceType.Cluster));
        await client.NextAndAckAsync(ResourceType.Endpoint);
        var routes = await client.NextAsync(ResourceType.Route);
        await client.WaitsForAsync("cds a waits for rds r, which names it");
        await client.WaitsForAsync("eds a waits for cds a, which names it");
        await client.NothingIsSentAsync();
        client.Ack(routes);
        var clusters = await client.NextAndAckAsync(ResourceType.Cluster);
        var endpoints = await client.NextAsync(ResourceType.Endpoint);

        clusters.RemovedResources.Should().Equal("a");
        endpoints.RemovedResources.Should().Equal("a");
    }

    [Fact]
    public async Task Route_that_the_client_dropped_does_not_keep_a_cluster()
    {
        await using var client = await ConnectedAsync();
        Publish(World.Route("r", 0, "a"));
        await client.WaitsForAsync("cds a waits for rds r");

        client.Delta(ResourceType.Route, unsubscribe: ["r"]);

        (await client.NextAsync(ResourceType.Cluster)).RemovedResources.Should().Equal("a");
    }

    [Fact]
    public async Task Name_that_the_client_does_not_subscribe_to_does_not_gate()
    {
        await using var client = await ConnectedAsync(c => c.Delta(ResourceType.Cluster, ["a"]));

        Publish(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Endpoint("b"), World.Route("r", 1, "a", "b"));

        (await client.NextAsync(ResourceType.Route)).Resources.Select(r => r.Name).Should().Equal("r");
    }

    [Fact]
    public async Task Route_change_stays_withheld_at_the_limit_and_goes_out_with_the_late_ack()
    {
        await using var client = await ConnectedAsync();
        Publish(World.Cluster("a"), World.Cluster("b"), World.Route("r", 1, "b"));
        var clusters = await client.NextAsync(ResourceType.Cluster);
        (await client.NextAndAckAsync(ResourceType.Endpoint)).RemovedResources.Should().NotBeEmpty();
        await client.WaitsForAsync("rds r waits for the ACK of cluster b");

        _time.Advance(TimeSpan.FromSeconds(60));
        await client.NothingIsSentAsync();
        client.Ack(clusters);

        (await client.NextAsync(ResourceType.Route)).Resources.Should().HaveCount(1);
    }

    [Fact]
    public async Task First_answer_yields_at_the_limit_since_it_breaks_nothing()
    {
        _groups.Snapshot.Publish(_onlyA);
        await using var client = Client();
        client.Delta(ResourceType.Cluster);
        await client.NextAsync(ResourceType.Cluster);
        client.Delta(ResourceType.Route, ["r"]);
        await client.WaitsForAsync("rds r waits for the ACK of cluster a");

        _time.Advance(TimeSpan.FromSeconds(9));

        (await client.NextAsync(ResourceType.Route)).Resources.Should().HaveCount(1);
    }

    [Fact]
    public async Task Newer_clusters_go_out_after_a_moment_though_older_ones_are_warming()
    {
        await using var client = await ConnectedAsync();
        Publish(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Route("r", 0, "a"));
        await client.NextAsync(ResourceType.Cluster);
        Publish(World.Cluster("a"), World.Cluster("b"), World.Cluster("c"), World.Endpoint("a"), World.Route("r", 0, "a"));
        await client.NothingIsSentAsync();

        _time.Advance(TimeSpan.FromMilliseconds(300));

        (await client.NextAsync(ResourceType.Cluster)).Resources.Select(r => r.Name).Should().Equal("c");
    }

    [Fact]
    public async Task Rejection_stops_removals_until_something_newer_is_accepted()
    {
        await using var client = await ConnectedAsync();
        Publish(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Endpoint("b"), World.Route("r", 1, "a"));
        await client.NextAndAckAsync(ResourceType.Cluster);
        await client.NextAndAckAsync(ResourceType.Endpoint);
        client.Nack(await client.NextAsync(ResourceType.Route), "r is bad");
        await client.NothingIsSentAsync();

        Publish(World.Cluster("a"), World.Endpoint("a"), World.Route("r", 1, "a"));
        await client.WaitsForAsync("cds b waits for an ACK of rds");
        await client.NothingIsSentAsync();
        Publish(World.Cluster("a"), World.Endpoint("a"), World.Route("r", 2, "a"));
        await client.NextAndAckAsync(ResourceType.Route);

        (await client.NextAsync(ResourceType.Cluster)).RemovedResources.Should().Equal("b");
    }

    [Fact]
    public async Task Cluster_of_a_replaced_listener_stays_for_the_drain_time()
    {
        var before = World.Snapshot(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Listener("l", 0, ToA));
        _groups.Snapshot.Publish(before);
        await using var client = Client();
        await client.ConnectAsync();

        _groups.Snapshot.Publish(World.Snapshot(before, World.Cluster("b"), World.Listener("l", 1, new ResourceName(ResourceType.Cluster, "b"))));
        await client.NextAndAckAsync(ResourceType.Listener);
        await client.WaitsForAsync("which drain");
        await client.NothingIsSentAsync();
        _time.Advance(TimeSpan.FromSeconds(601));

        (await client.NextAsync(ResourceType.Cluster)).RemovedResources.Should().Equal("a");
    }

    [Fact]
    public async Task Reconnecting_delta_client_gets_additions_first_and_removals_after_its_routes()
    {
        _groups.Snapshot.Publish(World.Snapshot(World.Cluster("b"), World.Endpoint("b"), World.Listener("l", 0, new ResourceName(ResourceType.Route, "r")), World.Route("r", 1, "b")));
        await using var client = Client();

        client.Delta(ResourceType.Cluster, versions: new() { ["a"] = World.Cluster("a").Version });
        client.Delta(ResourceType.Listener, versions: new() { ["l"] = World.Listener("l").Version });
        client.Delta(ResourceType.Route, ["r"], versions: new() { ["r"] = World.Route("r", 0, "a").Version });
        var additions = await client.NextAsync(ResourceType.Cluster);
        var listeners = await client.NextAndAckAsync(ResourceType.Listener);
        await client.NothingIsSentAsync();
        client.Ack(additions);
        var routes = await client.NextAndAckAsync(ResourceType.Route);
        var removals = await client.NextAsync(ResourceType.Cluster);

        additions.Resources.Select(r => r.Name).Should().Equal("b");
        additions.RemovedResources.Should().BeEmpty();
        listeners.Resources.Should().BeEmpty("the client holds this version");
        routes.Resources.Should().HaveCount(1);
        removals.RemovedResources.Should().Equal("a");
    }

    [Fact]
    public async Task Reconnecting_delta_client_without_listeners_gets_removals_after_a_while()
    {
        _groups.Snapshot.Publish(World.Snapshot(World.Cluster("b")));
        await using var client = Client();
        client.Delta(ResourceType.Cluster, versions: new() { ["a"] = "old" });
        await client.NextAndAckAsync(ResourceType.Cluster);
        await client.WaitsForAsync("cds a waits for the client's listeners and routes");

        _time.Advance(TimeSpan.FromSeconds(16));

        (await client.NextAsync(ResourceType.Cluster)).RemovedResources.Should().Equal("a");
    }

    [Fact]
    public async Task Reconnecting_sotw_client_finds_removed_clusters_until_it_has_its_routes()
    {
        var server = AdsClient.ServerOf(_groups, _time);
        var listener = World.Listener("l", 0, new ResourceName(ResourceType.Route, "r"));
        var before = World.Snapshot(World.Cluster("a"), World.Cluster("b"), listener, World.Route("r", 0, "a"));
        _groups.Snapshot.Publish(before);
        await using (var old = new AdsClient(_groups, server, DiscoveryVariant.Sotw))
        {
            old.Sotw(ResourceType.Cluster);
            await old.NextSotwAsync(ResourceType.Cluster);
        }

        _groups.Snapshot.Publish(World.Snapshot(before, World.Cluster("b"), listener, World.Route("r", 1, "b")));
        await using var client = new AdsClient(_groups, server, DiscoveryVariant.Sotw);
        client.Sotw(ResourceType.Cluster, version: "before");
        var both = await client.NextSotwAsync(ResourceType.Cluster);
        client.Sotw(ResourceType.Cluster, ack: both);
        client.Sotw(ResourceType.Listener, version: "before");
        var listeners = await client.NextSotwAsync(ResourceType.Listener);
        client.Sotw(ResourceType.Listener, ack: listeners);
        client.Sotw(ResourceType.Route, ["r"], version: "before");
        var routes = await client.NextSotwAsync(ResourceType.Route);
        client.Sotw(ResourceType.Route, ["r"], ack: routes);
        var one = await client.NextSotwAsync(ResourceType.Cluster);

        both.Resources.Should().HaveCount(2);
        one.Resources.Should().HaveCount(1);
        one.VersionInfo.Should().NotBe(both.VersionInfo);
    }

    [Fact]
    public async Task Endpoints_are_answered_on_a_stream_that_has_not_asked_for_clusters()
    {
        _groups.Snapshot.Publish(_onlyA);
        await using var client = Client();

        client.Delta(ResourceType.Endpoint, ["a", "missing"]);
        var response = await client.NextAsync(ResourceType.Endpoint);

        response.Resources.Select(r => r.Name).Should().Equal("a");
        response.RemovedResources.Should().Equal("missing");
    }

    private AdsClient Client() => new(_groups, AdsClient.ServerOf(_groups, _time), DiscoveryVariant.Delta);

    private async Task<AdsClient> ConnectedAsync(Action<AdsClient>? clusters = null)
    {
        _groups.Snapshot.Publish(_onlyA);
        var client = Client();
        (clusters ?? (c => c.Delta(ResourceType.Cluster)))(client);
        await client.NextAndAckAsync(ResourceType.Cluster);
        client.Delta(ResourceType.Endpoint, ["a"]);
        await client.NextAndAckAsync(ResourceType.Endpoint);
        client.Delta(ResourceType.Listener);
        await client.NextAndAckAsync(ResourceType.Listener);
        client.Delta(ResourceType.Route, ["r"]);
        await client.NextAndAckAsync(ResourceType.Route);
        return client;
    }

    private void Publish(params Resource[] resources) => _groups.Snapshot.Publish(
        World.Snapshot(_groups.Snapshot.Value, [World.Listener("l", 0, new ResourceName(ResourceType.Route, "r")), .. resources]));
}
