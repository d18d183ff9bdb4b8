using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>Waits of a whole type: each is told, counted, and ends. Those of single resources are in <see cref="AckGateTests"/>.</summary>
public sealed class WaitTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly FakeGroups _groups = new();

    [Fact]
    public async Task A_stream_tells_that_it_waits_for_the_first_configuration()
    {
        await using var client = Client();

        client.Delta(ResourceType.Cluster);
        await client.WaitsForAsync("cds waits for the first configuration");
        _groups.Snapshot.Publish(World.Snapshot(World.Cluster("a")));

        await client.NextAndAckAsync(ResourceType.Cluster);
    }

    [Fact]
    public async Task Newer_endpoints_wait_for_the_answer_to_older_ones_and_go_out_at_the_limit()
    {
        await using var client = await UnansweredAsync(ResourceType.Endpoint, "a", World.Endpoint("a"));
        _groups.Snapshot.Publish(World.Snapshot(_groups.Snapshot.Value, World.Endpoint("a", 1)));
        await client.WaitsForAsync("eds waits for the client's answer to 1 older response");
        await client.NothingIsSentAsync();

        _time.Advance(TimeSpan.FromSeconds(31));

        (await client.NextAndAckAsync(ResourceType.Endpoint)).Resources.Should().ContainSingle();
        var status = client.Server.Streams.Read().Single().Types.Single(t => t.Type == "eds");
        (status.Waits, status.Limits).Should().Be((1, 1));
    }

    [Fact]
    public async Task A_client_that_never_acknowledges_clusters_is_sent_newer_ones_ever_more_slowly()
    {
        const int Changes = 300;
        await using var client = await UnansweredAsync(ResourceType.Cluster, "*", World.Cluster("a"));

        // One change every quarter of a second.
        var sent = 0;
        for (var change = 1; change <= Changes; change++)
        {
            _groups.Snapshot.Publish(World.Snapshot(_groups.Snapshot.Value, World.Cluster("a", change)));
            _time.Advance(TimeSpan.FromMilliseconds(251));
            client.Delta(ResourceType.Runtime, ["nothing"]);
            var response = await client.NextAsync();
            for (; response.TypeUrl == ResourceType.Cluster.TypeUrl; response = await client.NextAsync())
            {
                sent++;
            }

            client.Ack(response);
        }

        sent.Should().BeInRange(32, 32 + (2 * (int)Math.Sqrt(Changes)), "what is unanswered grows with the square root of time");
        client.Server.Streams.Read().Single().Types.Single(t => t.Type == "cds").InFlight.Should().Be(sent + 1);
    }

    private AdsClient Client() => new(_groups, AdsClient.ServerOf(_groups, _time), DiscoveryVariant.Delta);

    private async Task<AdsClient> UnansweredAsync(ResourceType type, string name, Resource resource)
    {
        _groups.Snapshot.Publish(World.Snapshot(resource));
        var client = Client();
        client.Delta(type, [name]);
        await client.NextAsync(type);
        return client;
    }
}
