using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What the client holds.</content>
internal sealed partial class Subscription
{
    /// <summary>True when exactly this resource was sent, and was not rejected.</summary>
    public bool Holds(Resource resource) =>
        _basis?.Find(Type, resource.Name) is { } held && held.Hash == resource.Hash && _interest.Covers(held) && !_answerAll && !_open.ContainsKey(resource.Name);

    /// <summary>True when the client has accepted exactly this resource, as far as is known.</summary>
    public bool HasAccepted(Resource resource)
    {
        if (!Holds(resource))
        {
            return false;
        }

        foreach (var update in _inFlight)
        {
            if (update.Contains(Type, resource.Name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when the client holds and has accepted all that it should hold of this snapshot.</summary>
    public bool IsInStepWith(Snapshot target) =>
        _basis is not null && _inFlight.Count == 0 && _open.Count == 0 && !HasToAnswer && _basis.HasSame(Type, target);

    /// <summary>True when this snapshot was compared with what the client holds.</summary>
    public bool HasSeen(Snapshot target) => _basis is not null && _basis.HasSame(Type, target);

    /// <summary>The resources that the client may be using now: held, or sent and not yet accepted, or replaced by what is not yet accepted.</summary>
    public IEnumerable<Resource> InUse()
    {
        foreach (var resource in Held())
        {
            yield return resource;
        }

        foreach (var update in _inFlight)
        {
            for (var i = 0; i < update.Replaced.Length; i++)
            {
                if (update.Replaced[i] is { } old && _interest.Covers(old))
                {
                    yield return old;
                }
            }
        }
    }

    /// <summary>The resources that the client was sent last and still wants.</summary>
    public IEnumerable<Resource> Held()
    {
        foreach (var item in _open.Values)
        {
            if (item.Held is { } held && _interest.Covers(held))
            {
                yield return held;
            }
        }

        foreach (var resource in CoveredIn(_basis ?? Snapshot.Empty))
        {
            if (!_open.ContainsKey(resource.Name))
            {
                yield return resource;
            }
        }
    }

    /// <summary>The version of what this client holds: a sum of hashes, so equal for all who hold the same (envoy-measured rule 18).</summary>
    private ContentHash VersionOf(Snapshot target)
    {
        if (!IsSotw || (_interest.IsWildcard && _open.Count == 0))
        {
            return target.Hash(Type);
        }

        if (!_interest.IsWildcard && !_interest.HasGlobs && _open.Count == 0 && _interest.List is { } list)
        {
            return list.ContentIn(target, Type).Hash;
        }

        var sum = default(ContentHash);
        foreach (var resource in Held())
        {
            sum += resource.Hash;
        }

        return sum;
    }

    private IEnumerable<Resource> CoveredIn(Snapshot snapshot)
    {
        if (_interest.IsWildcard || _interest.HasGlobs)
        {
            return snapshot.Layers.SelectMany(l => l[Type].Sorted).Where(_interest.Covers);
        }

        if (_interest.List is { } list)
        {
            return list.ContentIn(snapshot, Type).Resources;
        }

        return _interest.Names.Select(n => snapshot.Find(Type, n)).OfType<Resource>().Distinct();
    }
}
