using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// One stream of one client: a loop that takes requests in, waits for newer snapshots, and writes what its subscriptions say, in push
/// order. Requests go before pushes (protocol duty 92). The loop owns all state; nothing is queued.
/// </summary>
internal sealed partial class DiscoveryStream : IDisposable
{
    // Timers count whole milliseconds; rounded up, so that what they are set for is due.
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(1);

    private readonly IMessageStream _stream;
    private readonly DiscoveryVariant _variant;
    private readonly ResourceType? _onlyType;
    private readonly StreamContext _context;
    private readonly Subscription?[] _subscriptions = new Subscription?[ResourceType.All.Count];
    private readonly AckGate? _ackGate;
    private readonly WakeSignal _signal = new();
    private readonly Action _wake;
    private readonly ITimer _timer;
    private readonly TimeSpan _connectedAt;

    // Held while the loop computes and while a status is read, never while either waits.
    private readonly Lock _state = new();
    private ConfiguredValueTaskAwaitable<ReadOnlySequence<byte>?>.ConfiguredValueTaskAwaiter _reader;
    private GroupLease? _lease;
    private GroupFeed? _feed;
    private SettleGate? _settleGate;
    private Snapshot? _pushing;
    private string _nodeId = "";
    private bool _takesTtl;
    private bool _hasClientEnded;

    // Written by the loop, read for the status.
    private volatile ResourceType? _unread;
    private long _lastNonce;

    public DiscoveryStream(long id, IMessageStream stream, DiscoveryVariant variant, ResourceType? onlyType, StreamContext context)
    {
        Id = id;
        _stream = stream;
        _variant = variant;
        _onlyType = onlyType;
        _context = context;
        _connectedAt = context.Clock.Now;
        _ackGate = onlyType is null ? new AckGate(_subscriptions, context.Options, _connectedAt) : null;
        _wake = _signal.Set;
        Place = new LinkedListNode<DiscoveryStream>(this);
        _timer = context.Clock.Provider.CreateTimer(static s => ((WakeSignal)s!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Id { get; }

    // A client that has ended its side asked for what is there: it cannot ask for more, and cannot acknowledge what it gets.
    private bool IsAnswered => _lease is null || (_lease.Snapshot.Value is not null && !_subscriptions.Any(s => s is { HasToAnswer: true }));

    private IPushGate Gate =>
        _hasClientEnded ? OpenGate.Instance
        : _ackGate is { Decides: true } ? _ackGate
        : _context.Options.Rules.HasFlag(EnvoyRules.SeparateStreamsWait) ? _settleGate!
        : OpenGate.Instance;

    public void Dispose()
    {
        _timer.Dispose();
        _feed?.Remove(this);
        _lease?.Dispose();
    }

    /// <summary>Serves until the client ends its side; what it asked for by then is still answered.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        RequestRules.RefusePlaintextSecrets(_onlyType, _stream.Peer, _context.Options);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var registration = cancellationToken.UnsafeRegister(static s => ((WakeSignal)s!).Set(), _signal);
        StartReading(ending.Token);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_hasClientEnded && _reader.IsCompleted)
            {
                TakeMessage(ending.Token);
            }
            else if (!await PushNextAsync(ending))
            {
                if (_hasClientEnded && IsAnswered)
                {
                    return;
                }

                await ParkAsync();
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
                [.. _subscriptions.OfType<Subscription>().Select(s => StatusText.Of(s, Id, _context.Clock, RequestRules.MayHave(s.Type, _stream.Peer, _context.Options), WaitOf(s.Type)))]);
        }
    }

    // What a whole type waits for; what single resources wait for the subscription knows.
    private string? WaitOf(ResourceType type) =>
        _lease?.Snapshot.Value is null ? "the first configuration: not all sources have been read"
        : _unread == type ? "what it is being sent to be written: the client does not read, or others are served first"
        : null;

    private async ValueTask ParkAsync()
    {
        _ackGate?.Forget();
        _settleGate?.Forget();
        _feed?.Rest(this);
        await _signal.WaitAsync();
        _feed?.Rouse(this);
    }

    private Snapshot Visible(Snapshot snapshot, Subscription subscription) =>
        RequestRules.MayHave(subscription.Type, _stream.Peer, _context.Options) ? snapshot : Snapshot.Empty;

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

    private void TakeMessage(CancellationToken cancellationToken)
    {
        if (_reader.GetResult() is { } message)
        {
            Receive(_context.Reader.Read(_variant, message));
            StartReading(cancellationToken);
        }
        else
        {
            _hasClientEnded = true;
        }
    }

    private void Receive(ClientRequest request)
    {
        if (_lease is null)
        {
            Join(request);
        }

        if (RequestRules.TypeOf(request, _onlyType) is not { } type)
        {
            Log.UnknownType(_context.Log, _nodeId, request.TypeUrl);
            return;
        }

        Receipt receipt;
        lock (_state)
        {
            receipt = Receive(request, type);
        }

        DiscoveryMetrics.Received(type.ShortName, receipt.IsStale);
        DiscoveryMetrics.Answered(type.ShortName, receipt.IsRejection ? 0 : receipt.Answered.Count, receipt.IsRejection ? receipt.Answered.Count : 0);
        if (receipt.IsRejection)
        {
            Log.Rejected(_context.Log, _nodeId, _lease!.Group, type.ShortName, request.Error!);
        }
    }

    private Receipt Receive(ClientRequest request, ResourceType type)
    {
        var now = _context.Clock.Now;
        var isFirst = _subscriptions[type.Index] is null;
        var subscription = _subscriptions[type.Index] ??= new Subscription(type, _variant) { TakesTtl = _takesTtl };
        var wanted = subscription.Interest.Want;
        var receipt = subscription.Receive(request, Nonce.Parse(request.Nonce, Id), now);
        if (isFirst || subscription.Interest.Want != wanted)
        {
            _wants = null;
        }

        if (isFirst && type == ResourceType.Cluster && _variant == DiscoveryVariant.Sotw && _ackGate is not null)
        {
            _feed!.History.UseInSotw();
            if (subscription.IsResumed && _context.Options.Rules.HasFlag(EnvoyRules.RemovalsWaitForResumption))
            {
                // The feed hears of a snapshot a moment after the streams can read it; what went with it must be known here.
                if (_lease!.Snapshot.Value is { } newest)
                {
                    _feed.History.Observe(newest, now);
                }

                subscription.AddTombstones(_feed.History.Tombstones(now), now);
            }
        }

        if (type == ResourceType.Listener && !receipt.IsRejection)
        {
            foreach (var update in receipt.Answered)
            {
                _ackGate?.ListenersAccepted(update, now);
            }
        }

        return receipt;
    }

    private void Join(ClientRequest request)
    {
        var lease = RequestRules.Join(request, _stream.Peer, _context.Groups);
        lock (_state)
        {
            (_lease, _nodeId, _takesTtl) = (lease, request.Node!.Id, RequestRules.TakesTtl(request.Node, _variant));
            _feed = _context.FeedOf(lease);
            _settleGate = new SettleGate(_feed.History, _context.Options);
        }

        _feed.Add(this);
        Log.Joined(_context.Log, Id, _nodeId, _stream.Peer.Address, lease.Group);
    }
}
