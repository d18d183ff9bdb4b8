using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>Many streams of one group, each with its wishes: everybody hears of what concerns him, and of nothing else.</summary>
public sealed class GroupFeedTests : IAsyncDisposable
{
    private const int Names = 30;

    private readonly Random _random = new(7);
    private readonly FakeGroups _groups = new();
    private readonly List<(AdsClient Client, HashSet<string> Names)> _clients = [];
    private readonly DiscoveryServer _server;
    private readonly int[] _values = new int[Names];

    public GroupFeedTests() => _server = AdsClient.ServerOf(_groups, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        foreach (var (client, _) in _clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_change_reaches_those_who_asked_for_it_and_nobody_else()
    {
        Publish();
        for (var i = 0; i < 40; i++)
        {
            // Some share their list with others, some have one of their own.
            await ConnectAsync(i % 2 == 0 ? ["e-0", "e-1", "e-2"] : Pick(5));
        }

        for (var round = 0; round < 60; round++)
        {
            await DisturbAsync(round);
            var changed = _random.Next(Names);
            _values[changed]++;
            Publish();
            await ExpectAsync($"e-{changed}");
        }

        foreach (var (client, _) in _clients)
        {
            await client.NothingIsSentAsync();
        }
    }

    [Fact]
    public async Task A_stream_at_rest_keeps_no_old_snapshot_alive()
    {
        Publish();
        await ConnectAsync(["e-0"]);
        await ConnectAsync(["e-1"]);
        var old = PublishOne(0);
        await ExpectAsync("e-0");

        PublishOne(1);
        await ExpectAsync("e-1");
        PublishOne(2);
        await _clients[0].Client.NothingIsSentAsync();
        await _clients[1].Client.NothingIsSentAsync();

        await UntilAsync(() =>
        {
            GC.Collect();
            return !old.TryGetTarget(out _);
        });
    }

    private WeakReference<Snapshot> PublishOne(int name)
    {
        _values[name]++;
        Publish();
        return new WeakReference<Snapshot>(_groups.Snapshot.Value!);
    }

    private void Publish() => _groups.Snapshot.Publish(World.Snapshot(_groups.Snapshot.Value, [.. _values.Select((v, i) => World.Endpoint($"e-{i}", v))]));

    private async Task ConnectAsync(string[] names)
    {
        var client = new AdsClient(_groups, _server, DiscoveryVariant.Delta);
        _clients.Add((client, [.. names]));
        client.Delta(ResourceType.Endpoint, names);
        await client.NextAndAckAsync(ResourceType.Endpoint);
    }

    // A client asks for one more name, or comes, or goes.
    private async Task DisturbAsync(int round)
    {
        var (client, names) = _clients[_random.Next(_clients.Count)];
        if (round % 3 == 0)
        {
            var more = $"e-{_random.Next(Names)}";
            client.Delta(ResourceType.Endpoint, [more]);
            await client.NextAndAckAsync(ResourceType.Endpoint);
            names.Add(more);
        }
        else if (round % 3 == 1)
        {
            await ConnectAsync(Pick(4));
        }
        else
        {
            await client.DisposeAsync();
            _clients.RemoveAll(c => c.Client == client);
        }
    }

    private async Task ExpectAsync(string changed)
    {
        foreach (var (client, _) in _clients.Where(c => c.Names.Contains(changed)))
        {
            (await client.NextAndAckAsync(ResourceType.Endpoint)).Resources.Should().ContainSingle().Which.Name.Should().Be(changed);
        }
    }

    private string[] Pick(int count) => [.. Enumerable.Range(0, count).Select(_ => $"e-{_random.Next(Names)}").Distinct()];

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
