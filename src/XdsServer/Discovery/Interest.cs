using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Which resources of one type a client wants: names, the wildcard (explicit <c>*</c> or the legacy empty first request) and glob
/// collections. Pure: it knows nothing of what was sent.
/// </summary>
internal sealed class Interest(ResourceType type)
{
    private const string Wildcard = "*";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private List<string>? _globs;
    private IReadOnlyList<string>? _lastNames;
    private bool _wasAsked;
    private bool _wasNamed;

    /// <summary>The client wants all resources of the type.</summary>
    public bool IsWildcard { get; private set; }

    /// <summary>The names that it wants by themselves, globs included.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Some of <see cref="Names"/> are globs.</summary>
    public bool HasGlobs => _globs is not null;

    /// <summary>True when this resource is wanted, under whatever name.</summary>
    public bool Covers(Resource resource)
    {
        if (IsWildcard || _names.Contains(resource.Name))
        {
            return true;
        }

        foreach (var alias in resource.Aliases)
        {
            if (_names.Contains(alias))
            {
                return true;
            }
        }

        return IsInGlob(resource.Name);
    }

    /// <summary>True when a resource of this name would be wanted.</summary>
    public bool Covers(string name) => IsWildcard || _names.Contains(name) || IsInGlob(name);

    /// <summary>A SotW request: its names are the whole subscription (protocol duties 36, 40, 43, 44).</summary>
    public InterestChange Replace(IReadOnlyList<string> names)
    {
        // Every ACK repeats all names; nearly always they are the same in the same order.
        if (_lastNames is not null && IsSame(_lastNames, names))
        {
            return new InterestChange([], AsksForAll: false, IsNarrower: false);
        }

        _lastNames = names;
        var wasWildcard = IsWildcard;
        _wasNamed |= names.Count > 0;
        var wanted = new HashSet<string>(names, StringComparer.Ordinal);
        IsWildcard = wanted.Remove(Wildcard) || (!_wasNamed && type.HasLegacyWildcard);
        var added = new List<string>();
        foreach (var name in wanted)
        {
            if (!_names.Contains(name))
            {
                added.Add(name);
            }
        }

        var isNarrower = (wasWildcard && !IsWildcard) || _names.Count + added.Count > wanted.Count;
        _names.Clear();
        _names.UnionWith(wanted);
        FindGlobs();
        return new InterestChange(added, IsWildcard && !wasWildcard, isNarrower);
    }

    /// <summary>A delta request: names are added to and taken from the subscription (protocol duties 37, 41, 45, 46, 48, 49).</summary>
    public InterestChange Edit(IReadOnlyList<string> subscribe, IReadOnlyList<string> unsubscribe)
    {
        var answer = new List<string>();
        var asksForAll = !_wasAsked && subscribe.Count == 0 && type.HasLegacyWildcard;
        var isNarrower = false;
        _wasAsked = true;
        foreach (var name in unsubscribe)
        {
            isNarrower |= name == Wildcard ? IsWildcard : _names.Contains(name);
            if (name == Wildcard)
            {
                IsWildcard = false;
            }
            else if (_names.Remove(name) && IsWildcard)
            {
                answer.Add(name);
            }
        }

        foreach (var name in subscribe)
        {
            if (name == Wildcard)
            {
                asksForAll = true;
            }
            else
            {
                _names.Add(name);
                answer.Add(name);
            }
        }

        IsWildcard |= asksForAll;
        FindGlobs();
        return new InterestChange(answer, asksForAll, isNarrower);
    }

    private static bool IsSame(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (var i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }

    private void FindGlobs() => _globs = _names.Count == 0 ? null : GlobsIn(_names);

    private static List<string>? GlobsIn(HashSet<string> names)
    {
        List<string>? globs = null;
        foreach (var name in names)
        {
            if (Glob.Is(name))
            {
                (globs ??= []).Add(name);
            }
        }

        return globs;
    }

    private bool IsInGlob(string name)
    {
        foreach (var glob in _globs ?? [])
        {
            if (Glob.Contains(glob, name))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a request changed in the interest.</summary>
/// <param name="Answer">Names that must be answered, whatever was sent before (protocol duties 46, 49, 50).</param>
/// <param name="AsksForAll">Everything must be answered.</param>
/// <param name="IsNarrower">Something is no longer wanted.</param>
internal readonly record struct InterestChange(IReadOnlyList<string> Answer, bool AsksForAll, bool IsNarrower);
