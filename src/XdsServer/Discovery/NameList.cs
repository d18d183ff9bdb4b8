using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The names of one request. Immutable, so all clients that ask for the same share one list, its set, and what they get for it: a thousand
/// sidecars that ask for the endpoints of the same thousand clusters.
/// </summary>
[CollectionBuilder(typeof(NameList), nameof(Create))]
internal sealed class NameList : IReadOnlyList<string>, IEquatable<NameList>
{
    private const string Wildcard = "*";

    /// <summary>No names.</summary>
    public static readonly NameList Empty = new([]);

    private readonly ImmutableArray<string> _inOrder;
    private readonly int _hash;
    private NamedContent? _lastContent;

    private NameList(ImmutableArray<string> names)
    {
        _inOrder = names;
        var hash = default(HashCode);
        foreach (var name in names)
        {
            hash.Add(name, StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
        var set = new HashSet<string>(names, StringComparer.Ordinal);
        HasWildcard = set.Remove(Wildcard);
        Naming = new Naming(set, [.. set.Where(Glob.Is)]);
    }

    /// <summary>How many, repeated ones and the wildcard included.</summary>
    public int Count => _inOrder.Length;

    /// <summary>Each name once, without the wildcard. Nobody changes it.</summary>
    public HashSet<string> Set => Naming.Names;

    /// <summary>What goes by these names.</summary>
    public Naming Naming { get; }

    /// <summary>One of the names is <c>*</c>.</summary>
    public bool HasWildcard { get; }

    /// <summary>The name at this place of the request.</summary>
    public string this[int index] => _inOrder[index];

    /// <summary>These names, in the order of the request.</summary>
    public static NameList Create(ReadOnlySpan<string> names) => names.IsEmpty ? Empty : new NameList([.. names]);

    /// <summary>True when both have the same names in the same order.</summary>
    public bool Equals(NameList? other) => ReferenceEquals(this, other) || (other is not null && _inOrder.AsSpan().SequenceEqual(other._inOrder.AsSpan()));

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
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_inOrder).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
