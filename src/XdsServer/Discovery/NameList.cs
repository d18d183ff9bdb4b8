using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The names of one request, in no order, for they mean the same in any. Immutable, so all clients that ask for the same share one list and
/// what they get for it: a thousand sidecars that ask for the endpoints of the same thousand clusters, in whatever order.
/// </summary>
[CollectionBuilder(typeof(NameList), nameof(Create))]
internal sealed class NameList : IEnumerable<string>, IEquatable<NameList>
{
    private const string Wildcard = "*";

    /// <summary>No names.</summary>
    public static readonly NameList Empty = new([]);

    private readonly int _hash;
    private NamedContent? _lastContent;

    private NameList(IEnumerable<string> names)
    {
        var set = new HashSet<string>(names, StringComparer.Ordinal);
        HasWildcard = set.Remove(Wildcard);
        Naming = new Naming(set, [.. set.Where(Glob.Is)]);
        foreach (var name in set)
        {
            _hash = unchecked(_hash + StringComparer.Ordinal.GetHashCode(name));
        }
    }

    /// <summary>No names, and no wildcard.</summary>
    public bool IsEmpty => Set.Count == 0 && !HasWildcard;

    /// <summary>Each name once, without the wildcard. Nobody changes it.</summary>
    public HashSet<string> Set => Naming.Names;

    /// <summary>What goes by these names.</summary>
    public Naming Naming { get; }

    /// <summary>One of the names is <c>*</c>.</summary>
    public bool HasWildcard { get; }

    /// <summary>These names.</summary>
    public static NameList Create(ReadOnlySpan<string> names) => names.IsEmpty ? Empty : new NameList(names.ToArray());

    /// <summary>These names.</summary>
    public static NameList Of(IReadOnlyCollection<string> names) => names.Count == 0 ? Empty : new NameList(names);

    /// <summary>True when both have the same names.</summary>
    public bool Equals(NameList? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && HasWildcard == other.HasWildcard && Set.SetEquals(other.Set));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NameList);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>What of a snapshot goes by these names; computed once for all who ask in turn.</summary>
    public NamedContent ContentIn(Snapshot snapshot, ResourceType type)
    {
        var last = Volatile.Read(ref _lastContent);
        if (last?.IsOf(snapshot, type) != true)
        {
            last = NamedContent.Of(Set, snapshot, type);
            Volatile.Write(ref _lastContent, last);
        }

        return last;
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => Set.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
