using System.Runtime.CompilerServices;
using Envoy.Service.Discovery.V3;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Serves configuration to clients, whatever the transport. One <see cref="DiscoveryStream"/> per stream does the work; it holds one
/// <see cref="Subscription"/> per type, which decides what is to be sent.
/// </summary>
public sealed class DiscoveryServer(IProxyGroups groups, DiscoveryOptions options, TimeProvider time, ILogger<DiscoveryServer> log)
{
    private readonly StreamContext _context = new(groups, options, new StreamClock(time), new ResponseWriter(options.Identifier), new ClusterMemory(options.StateFolder, options.TombstoneTime, time, log), log);

    private readonly Admission _admission = new(options);

    /// <summary>The streams that are open now.</summary>
    public StreamRegistry Streams { get; } = new();

    /// <summary>There is something to do for <see cref="RememberAsync"/>.</summary>
    public bool Remembers => _context.Memory.IsOn;

    /// <summary>What this instance calls itself.</summary>
    public string Identifier => options.Identifier;

    /// <summary>
    /// Serves one stream until the client ends it or the token is cancelled.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="variant">Which protocol it speaks.</param>
    /// <param name="onlyType">The only type of a one-type stream; null: aggregated.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="DiscoveryException">The stream must end with a status.</exception>
    /// <exception cref="OperationCanceledException">The stream was aborted or the token cancelled.</exception>
    public async Task ServeAsync(IMessageStream stream, DiscoveryVariant variant, ResourceType? onlyType, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _admission.Enter();
        try
        {
            await ServeAdmittedAsync(stream, variant, onlyType, cancellationToken);
        }
        finally
        {
            _admission.Leave();
        }
    }

    /// <summary>Keeps a file of what state-of-the-world clients were served, for the next process; ends when it is cancelled.</summary>
    public Task RememberAsync(CancellationToken cancellationToken) => _context.Memory.RunAsync(_context.Histories, cancellationToken);

    private async Task ServeAdmittedAsync(IMessageStream stream, DiscoveryVariant variant, ResourceType? onlyType, CancellationToken cancellationToken)
    {
        using var served = new DiscoveryStream(Streams.NextId(), stream, variant, onlyType, _context);
        Streams.Add(served);
        DiscoveryMetrics.StreamOpened(onlyType?.ShortName ?? "ads");
        try
        {
            await served.RunAsync(cancellationToken);
        }
        finally
        {
            Streams.Remove(served);
            DiscoveryMetrics.StreamClosed(onlyType?.ShortName ?? "ads");
        }
    }

    /// <summary>Answers one request in full, for clients that poll (protocol duty 11).</summary>
    /// <exception cref="DiscoveryException">The request cannot be answered.</exception>
    public async Task<FetchResult> FetchAsync(DiscoveryRequest request, ResourceType type, PeerInfo peer, CancellationToken cancellationToken)
    {
        RequestRules.RefusePlaintextSecrets(type, peer, options);
        var asked = ClientRequest.From(request);
        RequestRules.TypeOf(asked, type);
        using var lease = RequestRules.Join(asked, peer, groups);
        var snapshot = await FirstSnapshotAsync(lease, cancellationToken);
        var subscription = new Subscription(type, DiscoveryVariant.Sotw);
        subscription.Receive(asked, nonce: null, _context.Clock.Now);
        var update = subscription.Take(snapshot, OpenGate.Instance, _context.Clock.Now);
        var version = (update?.Version ?? default).ToVersion();
        return new FetchResult(version, version == request.VersionInfo, [.. subscription.Held()]);
    }

    // A group that was just founded has its snapshot a moment later; Envoy's request timeout is one second.
    private async Task<Snapshot> FirstSnapshotAsync(GroupLease lease, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.FetchPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await lease.Snapshot.NewerThanAsync(seen: null, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DiscoveryException(DiscoveryFault.Unavailable, "There is no configuration yet: the server's sources are not all read. Try again.");
        }
    }
}

/// <summary>What all streams of a server share.</summary>
internal sealed record StreamContext(IProxyGroups Groups, DiscoveryOptions Options, StreamClock Clock, ResponseWriter Writer, ClusterMemory Memory, ILogger Log)
{
    private readonly ConditionalWeakTable<Latest<Snapshot>, GroupFeed> _feeds = [];
    private readonly Lock _lock = new();

    /// <summary>Reads what clients send.</summary>
    public RequestReader Reader { get; } = new();

    /// <summary>The feed of a group; it lives as long as the group.</summary>
    public GroupFeed FeedOf(GroupLease lease)
    {
        // The table itself may make several at once and keep one; the others would listen for nobody.
        lock (_lock)
        {
            return _feeds.GetValue(lease.Snapshot, g => new GroupFeed(g, Clock, new SnapshotHistory(lease.Group, Memory.Of(lease.Group), Options.TombstoneTime)));
        }
    }

    /// <summary>The histories of all groups.</summary>
    public IReadOnlyList<SnapshotHistory> Histories() => [.. _feeds.Select(f => f.Value.History)];
}
