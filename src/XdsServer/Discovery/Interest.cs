using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Which resources of one type a client wants: names, the wildcard (explicit <c>*</c> or the legacy empty first request) and glob
/// collections. Pure: it knows nothing of what was sent.
/// </summary>
internal sealed class Interest(ResourceType type)
{
    private const string Wildcard = "*";

    private Naming _naming = NameList.Empty.Naming;
    private NameList? _list = NameList.Empty;
    private NameList? _lastNames;
    private bool _wasAsked;
    private bool _wasNamed;

    /// <summary>The client wants all resources of the type.</summary>
    public bool IsWildcard { get; private set; }

    /// <summary>The names that it wants by themselves, globs included.</summary>
    public IReadOnlyCollection<string> Names => _naming.Names;

    /// <summary>The list that has exactly <see cref="Names"/>; null when they came by several requests.</summary>
    public NameList? List => _list;

    /// <summary>Some of <see cref="Names"/> are globs.</summary>
    public bool HasGlobs => _naming.Globs.Length > 0;

    /// <summary>All of it, to be compared with what other clients want; null when its names came by several requests.</summary>
    public Want? Want => _list is null ? null : new Want(type, IsWildcard, _list);

    /// <summary>True when this resource is wanted, under whatever name.</summary>
    public bool Covers(Resource resource) => IsWildcard || _naming.Covers(resource);

    /// <summary>True when one of these is wanted.</summary>
    public bool CoversAny(ImmutableArray<Resource> resources) => IsWildcard ? resources.Length > 0 : _naming.CoversAny(resources);

    /// <summary>True when all of these are wanted.</summary>
    public bool CoversAll(ImmutableArray<Resource> resources) => IsWildcard || _naming.CoversAll(resources);

    /// <summary>True when a resource of this name would be wanted.</summary>
    public bool Covers(string name) => IsWildcard || _naming.Covers(name);

    /// <summary>A SotW request: its names are the whole subscription (protocol duties 36, 40, 43, 44).</summary>
    public InterestChange Replace(NameList names)
    {
        // Every ACK repeats all names; nearly always they are the same.
        if (names.Equals(_lastNames))
        {
            return InterestChange.None;
        }

        _lastNames = names;
        var wasWildcard = IsWildcard;
        _wasNamed |= !names.IsEmpty;
        IsWildcard = names.HasWildcard || (!_wasNamed && type.HasLegacyWildcard);
        var isWhole = _naming.Names.Count == 0;
        IReadOnlyCollection<string> added = isWhole ? names.Set : names.Set.Where(n => !_naming.Names.Contains(n)).ToList();
        var isNarrower = (wasWildcard && !IsWildcard) || _naming.Names.Count + added.Count > names.Set.Count;
        Share(names);
        return new InterestChange(added, isWhole, IsWildcard && !wasWildcard, isNarrower);
    }

    /// <summary>A delta request: names are added to and taken from the subscription (protocol duties 37, 41, 45, 46, 48, 49).</summary>
    public InterestChange Edit(NameList subscribe, IReadOnlyList<string> unsubscribe)
    {
        var asksForAll = subscribe.HasWildcard || (!_wasAsked && subscribe.IsEmpty && type.HasLegacyWildcard);
        _wasAsked = true;
        var answer = new List<string>();
        var isNarrower = false;
        foreach (var name in unsubscribe)
        {
            isNarrower |= Unsubscribe(name, answer);
        }

        IsWildcard |= asksForAll;
        if (_naming.Names.Count == 0 && answer.Count == 0)
        {
            Share(subscribe);
            return new InterestChange(subscribe.Set, IsWhole: true, asksForAll, isNarrower);
        }

        if (subscribe.Set.Count > 0)
        {
            Own().UnionWith(subscribe.Set);
            _naming = _naming with { Globs = _naming.Globs.Union(subscribe.Naming.Globs, StringComparer.Ordinal).ToImmutableArray() };
            answer.AddRange(subscribe.Set);
        }

        return new InterestChange(answer, IsWhole: false, asksForAll, isNarrower);
    }

    private bool Unsubscribe(string name, List<string> answer)
    {
        if (name == Wildcard)
        {
            var was = IsWildcard;
            IsWildcard = false;
            return was;
        }

        if (!_naming.Names.Contains(name))
        {
            return false;
        }

        Own().Remove(name);
        _naming = _naming with { Globs = _naming.Globs.Remove(name) };
        if (IsWildcard)
        {
            answer.Add(name);
        }

        return true;
    }

    private void Share(NameList list) => (_naming, _list) = (list.Naming, list);

    // The set of a list is everybody's; a client that goes its own way gets a copy.
    private HashSet<string> Own()
    {
        if (_list is not null)
        {
            (_naming, _list) = (_naming with { Names = new HashSet<string>(_naming.Names, StringComparer.Ordinal) }, null);
        }

        return _naming.Names;
    }
}

/// <summary>What a request changed in the interest.</summary>
/// <param name="Answer">Names that must be answered, whatever was sent before (protocol duties 46, 49, 50).</param>
/// <param name="IsWhole"><paramref name="Answer"/> is every name of the interest, which has a <see cref="Interest.List"/>.</param>
/// <param name="AsksForAll">Everything must be answered.</param>
/// <param name="IsNarrower">Something is no longer wanted.</param>
internal readonly record struct InterestChange(IReadOnlyCollection<string> Answer, bool IsWhole, bool AsksForAll, bool IsNarrower)
{
    /// <summary>Nothing.</summary>
    public static readonly InterestChange None = new([], IsWhole: false, AsksForAll: false, IsNarrower: false);
}
