using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace XdsServer.Discovery;

/// <summary>The streams that are open now.</summary>
public sealed class StreamRegistry
{
    // Written by each stream when it begins and ends; read by the admin API.
    private readonly ConcurrentDictionary<long, DiscoveryStream> _streams = new();
    private long _lastId;

    /// <summary>How many there are.</summary>
    public int Count => _streams.Count;

    /// <summary>What each of them is doing, oldest first.</summary>
    public ImmutableArray<StreamStatus> Read() => [.. Open.Select(s => s.Status()).OrderBy(s => s.Id)];

    internal IEnumerable<DiscoveryStream> Open => _streams.Values;

    internal long NextId() => Interlocked.Increment(ref _lastId);

    internal void Add(DiscoveryStream stream) => _streams[stream.Id] = stream;

    internal void Remove(DiscoveryStream stream) => _streams.TryRemove(stream.Id, out _);
}
