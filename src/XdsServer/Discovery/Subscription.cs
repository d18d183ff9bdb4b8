using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// One resource type on one stream, for both protocol variants: what the client wants, what it was sent, what it accepted, and from
/// that what it is to be sent next. Pure state: no clock, no I/O; the stream tells it the time.
/// </summary>
/// <remarks>
/// What the client holds is the snapshot that was compared last (<c>_basis</c>) as far as the interest covers it, except for the names in
/// <c>_open</c>. So a client in step costs no table of resources and versions, whether it is a wildcard or has names.
/// </remarks>
internal sealed partial class Subscription(ResourceType type, DiscoveryVariant variant)
{
    private readonly Interest _interest = new(type);
    private readonly HashSet<string> _answer = new(StringComparer.Ordinal);
    private NameList? _answerList;
    private readonly Dictionary<string, OpenItem> _open = new(StringComparer.Ordinal);
    private readonly List<Update> _inFlight = [];
    private readonly AckRecord _record = new();
    private IReadOnlyDictionary<string, string>? _initialVersions;
    private IReadOnlyList<Resource> _rejectedContent = [];
    private Snapshot? _basis;
    private bool _answerAll;
    private bool _mustRespond;
    private bool _isHeldBack;
    private int _rejectionsInARow;
    private bool _wasAsked;
    private bool _opensNamespaces;
    private TimeSpan _askedAt;
    private string? _waitsWholeFor;
    private bool _isWholeOverdue;

    /// <summary>The type.</summary>
    public ResourceType Type { get; } = type;

    /// <summary>What the client wants.</summary>
    public Interest Interest => _interest;

    /// <summary>What was sent, accepted and rejected, for people.</summary>
    public AckRecord Record => _record;

    /// <summary>Responses that the client has neither accepted nor rejected, oldest first.</summary>
    public IReadOnlyList<Update> InFlight => _inFlight;

    /// <summary>Names for which the client does not hold what it should.</summary>
    public IReadOnlyDictionary<string, OpenItem> Open => _open;

    /// <summary>The client understands times to live (protocol duty 75).</summary>
    public bool TakesTtl { get; init; }

    /// <summary>The client's last answer was a NACK: its state is not known, and nothing may be taken from it.</summary>
    public bool IsRejecting { get; private set; }

    /// <summary>The resources that the client's last NACK is about; empty once it accepted something newer.</summary>
    public IReadOnlyList<Resource> RejectedContent => _rejectedContent;

    /// <summary>The client said on its first request that it holds something from an earlier stream.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>A request is unanswered: it goes out whatever else is in flight.</summary>
    public bool HasToAnswer => _answerAll || _mustRespond || _answerList is not null || _answer.Count > 0;

    /// <summary>Set when what the client is to hold is all of the type in this snapshot.</summary>
    public Snapshot? IsAllOf => _interest.IsWildcard && _open.Count == 0 ? _basis : null;

    private bool IsSotw => variant == DiscoveryVariant.Sotw;

    /// <summary>How many resources are in flight.</summary>
    public int InFlightCount => _inFlight.Sum(u => u.CountOf(Type));

    /// <summary>The client holds forms of some resources that this process does not know.</summary>
    public bool HasUnknownForms => (IsResumed && _waitsWholeFor is not null) || _open.Values.Any(o => o is { IsUncertain: true, Held: null });

    // In SotW a client that comes back does not say what it holds; before its first answer it may be anything that it asks for.
    private bool MayHoldAnything => IsSotw && IsResumed && _record.SentVersion is null;

    /// <summary>What the whole response waits for; null: for nothing.</summary>
    public string? WaitsWholeFor => _waitsWholeFor;

    /// <summary>When the next limit of a wait is reached.</summary>
    public TimeSpan? NextCheck { get; private set; }

    /// <summary>Takes a request in, and says which responses it answers.</summary>
    public Receipt Receive(ClientRequest request, long? nonce, TimeSpan now)
    {
        var isFirst = !_wasAsked;
        _wasAsked = true;
        if (isFirst)
        {
            _initialVersions = request.InitialVersions.Count > 0 ? request.InitialVersions : null;
            IsResumed = request.InitialVersions.Count > 0 || request.Version.Length > 0;
        }
        else if (IsSotw && request.Nonce.Length > 0 && !IsAnswerToNewest(nonce))
        {
            return new Receipt(IsStale: true, [], IsRejection: false);
        }

        // Virtual hosts on demand begin with a request that names none.
        _opensNamespaces |= isFirst && Type == ResourceType.VirtualHost && request.Names.IsEmpty;
        var answered = Settle(request, nonce, now);
        Follow(IsSotw ? _interest.Replace(request.Names) : _interest.Edit(request.Names, request.Unsubscribe), isFirst, now);
        return new Receipt(IsStale: false, answered, answered.Count > 0 && request.Error is not null);
    }

    /// <summary>
    /// The load assignments of these clusters are to be sent, even if the client holds them: a changed cluster warms again and does not
    /// ask for its endpoints (docs/protocol.md).
    /// </summary>
    public void OweFor(Update clusters)
    {
        foreach (var cluster in clusters.Upserts)
        {
            foreach (var reference in cluster.References)
            {
                if (reference.Type == Type)
                {
                    _answer.Add(reference.Name);
                }
            }
        }
    }

    /// <summary>
    /// The next response towards <paramref name="target"/>, or null when there is nothing to say. From then on the client is taken to hold it.
    /// </summary>
    public Update? Take(Snapshot target, IPushGate gate, TimeSpan now)
    {
        NextCheck = null;
        if (TryFollow(target))
        {
            return null;
        }

        if (!_wasAsked || (_isHeldBack && !HasNews(target)) || HasToWaitWhole(target, gate, now))
        {
            return null;
        }

        _isHeldBack = false;
        if (_basis is null)
        {
            _basis = target;
            Resume(target, now);
        }

        var update = TakeShared(target, gate) ?? TakeListed(target, gate) ?? TakeOwn(target, gate, now);
        _basis = target;
        _answer.Clear();
        (_answerAll, _mustRespond, _answerList) = (false, false, null);
        if (update is not null)
        {
            update.SentAt = now;
            update.Version = VersionOf(target);
            _inFlight.Add(update);
        }

        return update;
    }

    /// <summary>True when the client is in step, and this snapshot changes nothing that it asked for.</summary>
    public bool IsUntouchedBy(Snapshot target) =>
        _basis is not null && _open.Count == 0 && !HasToAnswer && !_isHeldBack && (_basis.HasSame(Type, target) || (!_interest.IsWildcard && !HasChanged(target)));

    /// <summary>Takes this snapshot for what the client holds if it does not touch the client; false when it does, and has to be taken.</summary>
    public bool TryFollow(Snapshot target)
    {
        if (!IsUntouchedBy(target))
        {
            return false;
        }

        _basis = target;
        return true;
    }

    /// <summary>Somebody else knows that the client held nothing else than what this snapshot has; null while somebody keeps that in mind.</summary>
    public void StandAt(Snapshot? snapshot) => _basis = snapshot;

    /// <summary>
    /// The client may still use these, though they are gone: they are taken from it like all that is gone, when nothing needs them.
    /// </summary>
    public void AddTombstones(IEnumerable<Resource> resources, TimeSpan now)
    {
        foreach (var resource in resources.Where(_interest.Covers))
        {
            _open.TryAdd(resource.Name, new OpenItem { Held = resource, Since = now });
        }
    }

    private void Follow(InterestChange change, bool isFirst, TimeSpan now)
    {
        _askedAt = isFirst || change.AsksForAll || change.Answer.Count > 0 ? now : _askedAt;
        AddAnswers(change);
        _answerAll |= change.AsksForAll;
        _mustRespond |= isFirst || (IsSotw && Type.IsFullState && change.IsNarrower && (_interest.IsWildcard || _interest.Names.Count > 0));
        if (change.IsNarrower || (IsSotw && change.Answer.Count > 0))
        {
            // What is no longer wanted need not be answered any more (protocol duties 26, 47).
            _answer.RemoveWhere(n => !_interest.Covers(n));
            foreach (var name in _open.Keys.Where(n => !_interest.Covers(n)).ToList())
            {
                _open.Remove(name);
            }
        }
    }

    private void AddAnswers(InterestChange change)
    {
        if (change.IsWhole && change.Answer.Count > 0 && _answer.Count == 0)
        {
            _answerList = _interest.List;
        }
        else if (change.Answer.Count > 0 || change.IsNarrower)
        {
            SpellOutAnswers();
            _answer.UnionWith(change.Answer);
        }
    }

    // What is shared serves those alone who get exactly that.
    private void SpellOutAnswers()
    {
        if (_answerList is { } list)
        {
            _answer.UnionWith(list.Set);
            _answerList = null;
        }
    }

    // The client said what it holds from an earlier stream: send what differs, take away what is gone (protocol duties 61-64).
    private void Resume(Snapshot target, TimeSpan now)
    {
        if (_initialVersions is null)
        {
            return;
        }

        SpellOutAnswers();
        if (_answerAll)
        {
            _answerAll = false;
            _answer.UnionWith(CoveredIn(target).Where(r => _initialVersions.GetValueOrDefault(r.Name) != r.Version).Select(r => r.Name));
        }

        foreach (var (name, version) in _initialVersions)
        {
            if (target.Find(Type, name)?.Version == version)
            {
                _answer.Remove(name);
            }
            else if (_interest.Covers(name))
            {
                _open[name] = new OpenItem { IsUncertain = true, IsOwed = _answer.Remove(name), Since = now };
            }
        }

        _initialVersions = null;
    }

    private bool HasNews(Snapshot target) => HasToAnswer || (_basis is not null && HasChanged(target));

    private bool HasChanged(Snapshot target)
    {
        foreach (var change in _basis!.ChangesTo(target, Type))
        {
            if (_interest.CoversAny(change.Upserts) || _interest.CoversAny(change.Removed))
            {
                return true;
            }
        }

        return false;
    }
}
