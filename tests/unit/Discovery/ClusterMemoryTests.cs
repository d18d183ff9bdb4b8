using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>What state-of-the-world clients were served outlives the process (ADR 9).</summary>
public sealed class ClusterMemoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xds-memory-").FullName;
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_with_shared_clusters_once()
    {
        var (a, b) = (World.Cluster("a"), World.Cluster("b", 7));

        var bytes = ServedClusters.Write([("one", [a, b]), ("two", [b]), ("none", [])]);
        var read = ServedClusters.Read(bytes);

        read["one"].Select(c => c.Hash).Should().Equal(a.Hash, b.Hash);
        read["two"].Should().ContainSingle().Which.Should().BeSameAs(read["one"][1]);
        read["none"].Should().BeEmpty();
        bytes.Length.Should().BeLessThan(ServedClusters.Write([("one", [a, b]), ("two", [a])]).Length + b.Body.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void A_file_that_is_cut_off_is_not_used(int bytes) => IsRefused(Whole()[..bytes]);

    [Fact]
    public void A_file_with_one_changed_byte_is_not_used()
    {
        var bytes = Whole();
        bytes[bytes.Length / 2] ^= 1;

        IsRefused(bytes);
    }

    [Fact]
    public async Task A_new_process_offers_a_client_what_it_held_until_it_has_its_new_routes()
    {
        var listener = World.Listener("l", 0, new ResourceName(ResourceType.Route, "r"));
        await ServeAndRememberAsync(World.Snapshot(World.Cluster("a"), listener, World.Route("r", 0, "a")));
        var groups = new FakeGroups();
        await using var client = new AdsClient(groups, ServerOn(groups), DiscoveryVariant.Sotw);

        client.Sotw(ResourceType.Cluster, version: "before");
        groups.Snapshot.Publish(World.Snapshot(World.Cluster("b"), listener, World.Route("r", 1, "b")));
        var both = await client.NextSotwAsync(ResourceType.Cluster);
        client.Sotw(ResourceType.Cluster, ack: both);
        client.Sotw(ResourceType.Listener, version: "before");
        client.Sotw(ResourceType.Listener, ack: await client.NextSotwAsync(ResourceType.Listener));
        client.Sotw(ResourceType.Route, ["r"], version: "before");
        client.Sotw(ResourceType.Route, ["r"], ack: await client.NextSotwAsync(ResourceType.Route));
        var one = await client.NextSotwAsync(ResourceType.Cluster);

        both.Resources.Should().HaveCount(2);
        one.Resources.Should().HaveCount(1);
    }

    [Fact]
    public async Task Who_never_held_anything_is_not_offered_it()
    {
        await ServeAndRememberAsync(World.Snapshot(World.Cluster("a")));
        var groups = new FakeGroups();
        await using var client = new AdsClient(groups, ServerOn(groups), DiscoveryVariant.Sotw);
        groups.Snapshot.Publish(World.Snapshot(World.Cluster("b")));

        client.Sotw(ResourceType.Cluster);

        (await client.NextSotwAsync(ResourceType.Cluster)).Resources.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_group_that_goes_while_another_changes_as_often_is_noticed()
    {
        var (a, b) = (Used("a", World.Snapshot(World.Cluster("a"))), Used("b", World.Snapshot(World.Cluster("b"))));
        IReadOnlyList<SnapshotHistory> histories = [a, b];
        using var killed = new CancellationTokenSource();
        var remembering = NewMemory().RunAsync(() => Volatile.Read(ref histories), killed.Token);
        await IsRememberedAsync("b", "b");

        var versions = a.Version + b.Version;
        for (var i = 1; b.Version < versions; i++)
        {
            b.Observe(World.Snapshot(World.Cluster("b", i), World.Cluster($"b{i}")), TimeSpan.Zero);
        }

        Volatile.Write(ref histories, [b]);
        await IsRememberedAsync("b", "b", "b1");
        await EndAsync(killed, remembering);
    }

    [Fact]
    public async Task What_could_not_be_written_is_tried_again_without_another_change()
    {
        var blocked = Path.Combine(_folder, "served-clusters.next");
        Directory.CreateDirectory(blocked);
        using var killed = new CancellationTokenSource();
        var log = new Warnings();
        var used = Used("a", World.Snapshot(World.Cluster("a")));
        var remembering = new ClusterMemory(_folder, TimeSpan.FromMinutes(10), _time, log).RunAsync(() => [used], killed.Token);
        await UntilAsync(() => log.Count == 1);

        Directory.Delete(blocked);

        await IsRememberedAsync("a", "a");
        await EndAsync(killed, remembering);
        log.Count.Should().Be(1);
    }

    private static byte[] Whole() => ServedClusters.Write([("one", [World.Cluster("a"), World.Cluster("b")])]);

    private void IsRefused(byte[] bytes)
    {
        FluentActions.Invoking(() => ServedClusters.Read(bytes)).Should().Throw<InvalidDataException>();
        File.WriteAllBytes(Path.Combine(_folder, "served-clusters"), bytes);
        new ClusterMemory(_folder, TimeSpan.FromMinutes(10), _time, NullLogger.Instance).Of("one").Should().BeEmpty();
    }

    private static SnapshotHistory Used(string group, Snapshot snapshot)
    {
        var history = new SnapshotHistory(group, [], TimeSpan.FromMinutes(10));
        history.Observe(snapshot, TimeSpan.Zero);
        history.UseInSotw();
        return history;
    }

    private ClusterMemory NewMemory() => new(_folder, TimeSpan.FromMinutes(10), _time, NullLogger.Instance);

    private Task IsRememberedAsync(string group, params string[] clusters) =>
        UntilAsync(() => clusters.All(c => NewMemory().Of(group).Any(r => r.Name == c)));

    // The clock is the test's own; the limit is met only by a broken run.
    private async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
    }

    private static async Task EndAsync(CancellationTokenSource killed, Task remembering)
    {
        await killed.CancelAsync();
        await FluentActions.Awaiting(() => remembering).Should().ThrowAsync<OperationCanceledException>();
    }

    private DiscoveryServer ServerOn(FakeGroups groups) => AdsClient.ServerOf(groups, _time, new DiscoveryOptions { StateFolder = _folder });

    // A process that serves one client and is killed.
    private async Task ServeAndRememberAsync(Snapshot snapshot)
    {
        var groups = new FakeGroups();
        var server = ServerOn(groups);
        using var killed = new CancellationTokenSource();
        var remembering = server.RememberAsync(killed.Token);
        await using (var client = new AdsClient(groups, server, DiscoveryVariant.Sotw))
        {
            // As with a group whose first member this is, the snapshot comes a moment later.
            client.Sotw(ResourceType.Cluster);
            await client.WaitsForAsync("the first configuration");
            groups.Snapshot.Publish(snapshot);
            await client.NextSotwAsync(ResourceType.Cluster);
            await UntilAsync(() => !NewMemory().Of("everybody").IsEmpty);
        }

        await EndAsync(killed, remembering);
    }

    private sealed class Warnings : ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Interlocked.Increment(ref _count);
    }
}
