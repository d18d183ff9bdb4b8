using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// One stream of one client: a loop that takes requests in, waits for newer snapshots, and writes what its subscriptions say, in push
/// order. Requests go before pushes (protocol duty 92). The loop owns all state; nothing is queued.
/// </summary>
internal sealed class DiscoveryStream : IDisposable
{
    private readonly IMessageStream _stream;
    private readonly DiscoveryVariant _variant;
    private readonly ResourceType? _onlyType;
    private readonly StreamContext _context;
    private readonly Subscription?[] _subscriptions = new Subscription?[ResourceType.All.Count];
    private readonly WakeSignal _signal = new();
    private readonly Action _wake;
    private readonly ITimer _timer;
    private readonly TimeSpan _connectedAt;

    // Held while the loop computes and while a status is read, never while either waits.
    private readonly Lock _state = new();
    private ConfiguredValueTaskAwaitable<ReadOnlySequence<byte>?>.ConfiguredValueTaskAwaiter _reader;
    private IPushGate _gate = OpenGate.Instance;
    private GroupLease? _lease;
    private Task? _watched;
    private string _nodeId = "";
    private long _lastNonce;

    public DiscoveryStream(long id, IMessageStream stream, DiscoveryVariant variant, ResourceType? onlyType, StreamContext context)
    {
        Id = id;
        _stream = stream;
        _variant = variant;
        _onlyType = onlyType;
        _context = context;
        _connectedAt = context.Clock.Now;
        _wake = _signal.Set;
        _timer = context.Clock.Provider.CreateTimer(static s => ((WakeSignal)s!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Id { get; }

    public void Dispose()
    {
        _timer.Dispose();
        _lease?.Dispose();
    }

    /// <summary>Serves until the client ends its side.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static s => ((WakeSignal)s!).Set(), _signal);
        StartReading(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_reader.IsCompleted)
            {
                if (_reader.GetResult() is not { } message)
                {
                    return;
                }

                Receive(ClientRequest.Read(_variant, message));
                StartReading(cancellationToken);
                continue;
            }

            if (!await PushNextAsync(cancellationToken))
            {
                await _signal.WaitAsync();
            }
        }
    }

    /// <summary>What the stream is doing now; may be called from any thread.</summary>
    public StreamStatus Status()
    {
        lock (_state)
        {
            return new StreamStatus(
                Id,
                _variant,
                _onlyType?.ShortName,
                _nodeId,
                _lease?.Group ?? "",
                _stream.Peer.Address,
                _context.Clock.TimeOfDay(_connectedAt),
                [.. _subscriptions.OfType<Subscription>().Select(s => StatusText.Of(s, Id, _context.Clock))]);
        }
    }

    // The awaiter is asked for its result exactly once, when the loop sees that the read has completed; a task per message is saved.
    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Consumed once, by the loop.")]
    private void StartReading(CancellationToken cancellationToken)
    {
        _reader = _stream.ReadAsync(cancellationToken).ConfigureAwait(false).GetAwaiter();
        if (!_reader.IsCompleted)
        {
            _reader.UnsafeOnCompleted(_wake);
        }
    }

    private void Receive(ClientRequest request)
    {
        if (_lease is null)
        {
            Join(request);
        }

        if (TypeOf(request) is not { } type)
        {
            return;
        }

        lock (_state)
        {
            var subscription = _subscriptions[type.Index] ??= new Subscription(type, _variant);
            var nacks = subscription.Record.Nacks;
            subscription.Receive(request, Nonce.Parse(request.Nonce, Id), _context.Clock.Now);
            if (subscription.Record.Nacks > nacks)
            {
                Log.Rejected(_context.Log, _nodeId, _lease!.Group, type.ShortName, request.Error!);
            }
        }
    }

    // Only the first message is sure to carry the node (protocol duties 5, 6).
    private void Join(ClientRequest request)
    {
        if (request.Node is not { } node)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, "The first request of a stream must carry the node.");
        }

        try
        {
            var lease = _context.Groups.Join(node, _stream.Peer);
            lock (_state)
            {
                (_lease, _nodeId) = (lease, node.Id);
            }

            Log.Joined(_context.Log, Id, _nodeId, _stream.Peer.Address, lease.Group);
        }
        catch (UnknownProxyException e)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, e.Message);
        }
    }

    /// <summary>The type asked for; null for a type that an aggregated stream does not know, which harms nobody (protocol duties 2–4).</summary>
    private ResourceType? TypeOf(ClientRequest request)
    {
        if (request.TypeUrl.Length == 0)
        {
            return _onlyType ?? throw new DiscoveryException(DiscoveryFault.InvalidArgument, "A request on an aggregated stream must carry a type_url.");
        }

        if (_onlyType is not null && request.TypeUrl != _onlyType.TypeUrl)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, $"This stream serves {_onlyType.TypeUrl} only, not {request.TypeUrl}.");
        }

        var type = ResourceType.FromUrl(request.TypeUrl);
        if (type is null)
        {
            Log.UnknownType(_context.Log, _nodeId, request.TypeUrl);
        }
        else if (type == ResourceType.Secret && !MayHaveSecrets && _onlyType is not null)
        {
            throw new DiscoveryException(DiscoveryFault.PermissionDenied, "Secrets are only served over TLS. Connect with TLS, or set AllowPlaintextSecrets.");
        }

        return type;
    }

    private bool MayHaveSecrets => _stream.Peer.IsEncrypted || _context.Options.AllowPlaintextSecrets;

    /// <summary>Writes one response if there is one to write; otherwise sees to it that the loop is woken.</summary>
    private async ValueTask<bool> PushNextAsync(CancellationToken cancellationToken)
    {
        if (_lease is null)
        {
            return false;
        }

        var snapshot = _lease.Snapshot.Value;
        Watch(_lease.Snapshot.ChangedFrom(snapshot));
        if (snapshot is null)
        {
            return false;
        }

        for (var i = 0; i < _subscriptions.Length; i++)
        {
            if (_subscriptions[i] is { } subscription && Take(subscription, snapshot) is { } update)
            {
                await WriteAsync(subscription, update, cancellationToken);
                return true;
            }
        }

        return false;
    }

    private Update? Take(Subscription subscription, Snapshot snapshot)
    {
        lock (_state)
        {
            if (subscription.InFlight.Count > 0 && !subscription.HasToAnswer && !IsPatienceOver(subscription))
            {
                return null;
            }

            var target = subscription.Type == ResourceType.Secret && !MayHaveSecrets ? Snapshot.Empty : snapshot;
            var update = subscription.Take(target, _gate, _context.Clock.Now);
            if (update is not null)
            {
                update.Nonce = ++_lastNonce;
                subscription.Record.Sent(update);
                OweAssignments(subscription, update);
            }

            return update;
        }
    }

    // A warming cluster withholds the ACK of CDS, so newer clusters do not wait for it for long (envoy-measured rule 4).
    private bool IsPatienceOver(Subscription subscription)
    {
        if (subscription.Type != ResourceType.Cluster)
        {
            return false;
        }

        var rest = subscription.Record.SentAt + _context.Options.ClusterAckPatience - _context.Clock.Now;
        if (rest <= TimeSpan.Zero)
        {
            return true;
        }

        _timer.Change(rest, Timeout.InfiniteTimeSpan);
        return false;
    }

    // A changed cluster warms again and does not ask for its endpoints (envoy-measured rule 6).
    private void OweAssignments(Subscription subscription, Update update)
    {
        if (subscription.Type != ResourceType.Cluster || _subscriptions[ResourceType.Endpoint.Index] is not { } endpoints)
        {
            return;
        }

        foreach (var cluster in update.Upserts)
        {
            foreach (var reference in cluster.References)
            {
                if (reference.Type == ResourceType.Endpoint)
                {
                    endpoints.Owe(reference.Name);
                }
            }
        }
    }

    private async ValueTask WriteAsync(Subscription subscription, Update update, CancellationToken cancellationToken)
    {
        var writing = _context.Writer.WriteAsync(_stream, subscription, update, _variant, Id, cancellationToken, out _);
        await writing;
    }

    private void Watch(Task changed)
    {
        if (changed.IsCompleted)
        {
            _signal.Set();
        }
        else if (!ReferenceEquals(changed, _watched))
        {
            _watched = changed;
            changed.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_wake);
        }
    }
}
