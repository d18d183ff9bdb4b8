using System.Net;
using System.Net.Sockets;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1H: many clients at once, and bad neighbors (duties 88–95), against our own discovery behind its real transport.</summary>
public sealed class StormTests : IAsyncLifetime
{
    private static readonly ResourceType Cds = ResourceType.Cluster;

    // Several times what the server and the client side of a stream were measured to take, since other tests run beside this one.
    private const long MostBytesPerClient = 300 * 1024;

    // Envoy's initial fetch timeout: who is served later starts without configuration. A duty, not an expectation of speed.
    private static readonly TimeSpan InitialFetch = TimeSpan.FromSeconds(15);

    private readonly List<XdsClient> _clients = [];
    private OwnTarget _target = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Duty_91_Streams_that_come_too_fast_end_with_a_status_that_says_so()
    {
        _target = await OwnTarget.StartAsync(new DiscoveryOptions { NewStreamsPerSecond = 1, NewStreamsBurst = 2 }, new GrpcLimits());
        await _target.ResetAsync(2);
        var client = Client(0);
        await using var served = await WatchAsync(client);

        var more = Enumerable.Range(0, 100).Select(_ => client.Delta()).ToList();
        await Task.WhenAll(more.Select(s => s.WatchAllAsync(Cds)));

        await Eventually.HoldsAsync("a stream that is refused", () => more.Any(s => !s.IsOpen));
        (await more.First(s => !s.IsOpen).EndAsync()).Should().Be(new Client.GrpcStatus(GrpcCode.Unavailable, "Too many new streams at once (Xds:Discovery:NewStreamsPerSecond). Try again shortly."));
        await Task.WhenAll(more.Select(s => s.DisposeAsync().AsTask()));
        served.IsOpen.Should().BeTrue();
    }

    [Fact]
    public async Task Duty_91_A_stream_beyond_the_limit_is_refused_and_served_once_another_has_ended()
    {
        _target = await OwnTarget.StartAsync(new DiscoveryOptions { MaxStreams = 1 }, new GrpcLimits());
        await _target.ResetAsync(2);
        var client = Client(0);
        var first = await WatchAsync(client);
        await using (var second = client.Delta())
        {
            await second.WatchAllAsync(Cds);
            (await second.EndAsync()).Code.Should().Be(GrpcCode.Unavailable);
        }

        await first.DisposeAsync();
        await StreamsAreAsync(0);

        await using var third = await WatchAsync(client);
    }

    [Fact]
    public async Task Duty_91_Connections_beyond_the_limit_are_closed_and_others_go_on()
    {
        _target = await OwnTarget.StartAsync(new DiscoveryOptions(), new GrpcLimits { MaxConnections = 1 });
        await _target.ResetAsync(2);
        await using var stream = await WatchAsync(Client(0));

        using var beyond = new TcpClient();
        await beyond.ConnectAsync(IPAddress.Loopback, _target.GrpcAddress.Port);

        (await Deadline.OfAsync(beyond.GetStream().ReadAsync(new byte[1]).AsTask(), () => "The connection was not closed.")).Should().Be(0);
        await _target.ChangeAsync(Cds, 7, Synthetic.Name(0));
        (await stream.AcceptAsync(Cds))[Synthetic.Name(0)].Value.Should().Be(7);
    }

    // What a server that was restarted sees: every client at once, all of them with nothing. Both sides are in this process.
    [Fact]
    public async Task Duty_91_Five_thousand_clients_that_come_at_once_are_all_served_in_time_and_in_bounded_memory()
    {
        const int Connections = 50;
        const int StreamsOnEach = 100;
        _target = await OwnTarget.StartAsync(new DiscoveryOptions(), new GrpcLimits());
        await _target.ResetAsync(5);
        var before = Environment.WorkingSet;

        var streams = await ServedInTimeAsync(Enumerable.Range(0, Connections).SelectMany(i => Storm(Client(i), StreamsOnEach)));
        streams.Should().HaveCount(Connections * StreamsOnEach);
        ((Environment.WorkingSet - before) / streams.Length).Should().BeLessThan(MostBytesPerClient, "what a client costs is bounded, whatever comes at once");

        // And again, after all of them have gone at once.
        await Task.WhenAll(streams.Select(s => s.DisposeAsync().AsTask()));
        await StreamsAreAsync(0);
        streams = await ServedInTimeAsync(_clients.SelectMany(c => Storm(c, StreamsOnEach)));
        ((Environment.WorkingSet - before) / streams.Length).Should().BeLessThan(MostBytesPerClient, "who went left nothing behind");
        await _target.ChangeAsync(Cds, 7, Synthetic.Name(0));
        (await Task.WhenAll(streams.Select(s => s.AcceptAsync(Cds)))).Should().OnlyContain(a => a[Synthetic.Name(0)].Value == 7);
        await Task.WhenAll(streams.Select(s => s.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Duty_95_Clients_that_are_killed_at_random_leave_nothing_behind()
    {
        const int Rounds = 20;
        const int Connections = 10;
        var time = new CountedTime();
        _target = await OwnTarget.StartAsync(new DiscoveryOptions(), new GrpcLimits(), time: time);
        await _target.ResetAsync(50);
        var random = new Random(95);
        var streams = new List<XdsStream>(await Task.WhenAll(Enumerable.Range(0, Connections).SelectMany(i => Storm(Client(i), 20))));
        var handles = Handles();
        await TimersAreAsync(time, streams.Count + Connections);

        for (var round = 1; round <= Rounds; round++)
        {
            var killed = streams.Where(_ => random.Next(10) == 0).ToList();
            await _target.ChangeAsync(Cds, round, Synthetic.Name(0));
            await Task.WhenAll(killed.Select(s => s.DisposeAsync().AsTask()));
            streams = [.. streams.Except(killed), .. await Task.WhenAll(killed.Select(_ => WatchAsync(_clients[random.Next(_clients.Count)])))];
        }

        await StreamsAreAsync(streams.Count);
        await TimersAreAsync(time, streams.Count + Connections);
        Handles().Should().BeLessThanOrEqualTo(handles + 20, "connections are shared, and streams hold no handles");
        var served = Released(_target);
        await Task.WhenAll(streams.Select(s => s.DisposeAsync().AsTask()));
        await StreamsAreAsync(0);
        await TimersAreAsync(time, Connections);
        await Eventually.HoldsAsync("release of all that belonged to streams", () =>
        {
            GC.Collect();
            return served.All(s => !s.TryGetTarget(out _));
        });
    }

    // The states of open streams, held weakly.
    private static List<WeakReference<object>> Released(OwnTarget target) => [.. target.Discovery.Streams.Open.Select(s => new WeakReference<object>(s))];

    // Where the system does not tell, none.
    private static int Handles() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;

    private static IEnumerable<Task<XdsStream>> Storm(XdsClient client, int streams) => Enumerable.Range(0, streams).Select(_ => Task.Run(() => WatchAsync(client)));

    private static async Task<XdsStream> WatchAsync(XdsClient client)
    {
        var stream = client.Delta();
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        return stream;
    }

    private static async Task<XdsStream[]> ServedInTimeAsync(IEnumerable<Task<XdsStream>> streams) => await Task.WhenAll(streams).WaitAsync(InitialFetch);

    private XdsClient Client(int number)
    {
        var client = new XdsClient(_target.GrpcAddress, $"storm-{number}");
        _clients.Add(client);
        return client;
    }

    private Task StreamsAreAsync(int count) => Eventually.HoldsAsync($"{count} open streams", () => _target.Discovery.Streams.Count == count);

    // One for each stream's waits, and one for each connection's age.
    private static Task TimersAreAsync(CountedTime time, int count) => Eventually.HoldsAsync($"{count} timers", () => time.Timers == count, () => $"there are {time.Timers}");
}
