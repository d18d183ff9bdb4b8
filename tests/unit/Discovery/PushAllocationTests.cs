using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>What one push costs one stream must not depend on how many resources there are.</summary>
public sealed class PushAllocationTests
{
    private const int Pushes = 200;
    private const int MostBytesPerPush = 2_000;

    [Theory]
    [InlineData(100, true)]
    [InlineData(10_000, true)]
    [InlineData(100, false)]
    [InlineData(10_000, false)]
    public void Push_of_one_change_allocates_a_small_constant(int resources, bool isWildcard)
    {
        var snapshots = Steps(resources);
        var stream = new NullStream();
        var writer = new ResponseWriter("test");
        var subscription = new Subscription(ResourceType.Cluster, DiscoveryVariant.Delta);
        subscription.Receive(new ClientRequest { TypeUrl = ResourceType.Cluster.TypeUrl, Names = isWildcard ? [] : [.. snapshots[0].Layers[0][ResourceType.Cluster].Sorted.Select(r => r.Name)] }, nonce: null, TimeSpan.Zero);
        Push(0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 1; i <= Pushes; i++)
        {
            Push(i);
        }

        ((GC.GetAllocatedBytesForCurrentThread() - before) / Pushes).Should().BeLessThan(MostBytesPerPush);
        stream.Bytes.Should().BeGreaterThan(0);

        void Push(int number)
        {
            var update = subscription.Take(snapshots[number], OpenGate.Instance, TimeSpan.Zero)!;
            update.Nonce = number;
            subscription.Record.Sent(update);
            _ = writer.WriteAsync(stream, subscription, update, DiscoveryVariant.Delta, 1, CancellationToken.None, out _).AsTask();
            subscription.Receive(new ClientRequest { TypeUrl = ResourceType.Cluster.TypeUrl, Nonce = "n" }, number, TimeSpan.Zero);
        }
    }

    // Another stream takes every step first, as in a server with many streams, so that what is shared is not counted.
    private static List<Snapshot> Steps(int resources)
    {
        var snapshots = new List<Snapshot> { World.Snapshot([.. Enumerable.Range(0, resources).Select(i => World.Cluster($"c{i:00000}"))]) };
        for (var i = 1; i <= Pushes; i++)
        {
            var last = snapshots[^1];
            snapshots.Add(Snapshot.Create([last.Layers[0].With([World.Cluster("c00042", i)], [])], last));
            _ = last.ChangesTo(snapshots[^1], ResourceType.Cluster)[0].DeltaEntries;
        }

        return snapshots;
    }

    private sealed class NullStream : IMessageStream
    {
        public long Bytes { get; private set; }

        public PeerInfo Peer { get; } = new("192.0.2.1:1", IsEncrypted: true, []);

        public ValueTask<System.Buffers.ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult<System.Buffers.ReadOnlySequence<byte>?>(null);

        public ValueTask WriteAsync(ReadOnlySpan<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
        {
            foreach (var part in parts)
            {
                Bytes += part.Length;
            }

            return ValueTask.CompletedTask;
        }
    }
}
