using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>
/// A client and a subscription that talk over a wire with delay: requests arrive at once, responses when the client takes its turn. Checks
/// what holds at every step.
/// </summary>
internal sealed class SimulatedClient(DiscoveryVariant variant, ResourceType type)
{
    private readonly Subscription _subscription = new(type, variant);
    private readonly Queue<(long Nonce, IReadOnlyList<Resource> Resources, IReadOnlyList<string> Removed)> _wire = [];
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mayRepeat = new(StringComparer.Ordinal);
    private bool _isWildcard;
    private bool _mayRepeatAll = true;
    private long _nonce;
    private long? _received;
    private TimeSpan _now;

    public Dictionary<string, Resource> Held { get; } = new(StringComparer.Ordinal);

    public List<string> Violations { get; } = [];

    public Subscription Subscription => _subscription;

    private bool IsSotw => variant == DiscoveryVariant.Sotw;

    public void Start(IReadOnlyList<string> names)
    {
        _isWildcard = names.Count == 0 ? type.HasLegacyWildcard : names.Contains("*");
        _names.UnionWith(names.Where(n => n != "*"));
        _mayRepeat.UnionWith(names);
        Request(names, [], error: null, nonce: null);
    }

    public void Subscribe(string name)
    {
        _ = name == "*" ? _isWildcard = true : _names.Add(name);
        _mayRepeat.Add(name);
        _mayRepeatAll |= name == "*";
        Request(IsSotw ? Names() : [name], [], error: null, _received);
    }

    public void Unsubscribe(string name)
    {
        _ = name == "*" ? _isWildcard = false : _names.Remove(name);
        _mayRepeat.Add(name);
        foreach (var gone in Held.Keys.Where(n => !Wants(n)).ToList())
        {
            Held.Remove(gone);
            _mayRepeat.Add(gone);
        }

        Request(IsSotw ? Names() : [], [name], error: null, _received);
    }

    /// <summary>The server sends what is due. False: nothing was.</summary>
    public bool Push(Snapshot target)
    {
        _now += TimeSpan.FromSeconds(1);
        if ((_subscription.InFlight.Count > 0 && !_subscription.HasToAnswer) || _subscription.Take(target, OpenGate.Instance, _now) is not { } update)
        {
            return false;
        }

        update.Nonce = ++_nonce;
        _subscription.Record.Sent(update);
        var changed = update.Everything is not null ? update.Everything.Layers.SelectMany(l => l[type].Sorted).ToArray() : update.Upserts.ToArray();
        Check(changed, update.Everything is not null);
        var isFullState = IsSotw && type.IsFullState;
        _wire.Enqueue((update.Nonce, isFullState ? [.. _subscription.Held()] : changed, [.. update.Removed, .. update.Shared?.Removed.Select(r => r.Name) ?? []]));
        return true;
    }

    /// <summary>The client takes the oldest response in. False: there was none.</summary>
    public bool Receive(bool rejects)
    {
        if (!_wire.TryDequeue(out var response))
        {
            return false;
        }

        _received = response.Nonce;
        if (rejects)
        {
            _mayRepeatAll = true;
        }
        else
        {
            Apply(response.Resources, response.Removed);
        }

        Request(IsSotw ? Names() : [], [], rejects ? "no" : null, response.Nonce);
        return true;
    }

    /// <summary>Server and client take turns until both are silent. False: they never are.</summary>
    public bool Settle(Snapshot target)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            if (!Push(target) & !Receive(rejects: false))
            {
                return true;
            }
        }

        return false;
    }

    public bool Wants(string name) => _isWildcard || _names.Contains(name);

    private List<string> Names() => _isWildcard ? ["*", .. _names] : [.. _names];

    private void Apply(IReadOnlyList<Resource> resources, IReadOnlyList<string> removed)
    {
        if (IsSotw && type.IsFullState)
        {
            Held.Clear();
        }

        foreach (var resource in resources.Where(r => Wants(r.Name)))
        {
            Held[resource.Name] = resource;
        }

        foreach (var name in removed)
        {
            Held.Remove(name);
        }
    }

    private void Check(Resource[] resources, bool isEverything)
    {
        if (resources.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count() != resources.Length)
        {
            Violations.Add("a name twice in one response");
        }

        if (isEverything && !_mayRepeatAll)
        {
            Violations.Add("everything was sent again");
        }

        foreach (var resource in resources)
        {
            if (_sent.GetValueOrDefault(resource.Name) == resource.Version && !_mayRepeatAll && !_mayRepeat.Contains(resource.Name))
            {
                Violations.Add($"{resource} was sent twice unchanged");
            }

            _sent[resource.Name] = resource.Version;
            _mayRepeat.Remove(resource.Name);
        }

        _mayRepeatAll = false;
    }

    private void Request(IReadOnlyList<string> names, IReadOnlyList<string> unsubscribe, string? error, long? nonce) => _subscription.Receive(
        new ClientRequest { TypeUrl = type.TypeUrl, Names = [.. names], Unsubscribe = unsubscribe, Error = error, Nonce = nonce is null ? "" : "n" }, nonce, _now);
}
