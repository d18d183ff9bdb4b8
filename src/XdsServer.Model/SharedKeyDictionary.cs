using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace XdsServer.Model;

/// <summary>
/// Items in order, found by key. Lists with the same keys share the table of places, so that replacing one of ten thousand items costs a
/// copy of an array and no hashing. Immutable.
/// </summary>
public sealed class SharedKeyDictionary<TKey, TItem> : IReadOnlyDictionary<TKey, TItem>
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _places;

    private SharedKeyDictionary(Dictionary<TKey, int> places, ImmutableArray<TItem> items) => (_places, Items) = (places, items);

    /// <summary>Keys and items go together by their places; keys are unique.</summary>
    public SharedKeyDictionary(IEnumerable<TKey> keys, ImmutableArray<TItem> items)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _places = new Dictionary<TKey, int>(items.Length);
        Items = items;
        foreach (var key in keys)
        {
            _places.Add(key, _places.Count);
        }
    }

    /// <summary>The items, in the order of the keys.</summary>
    public ImmutableArray<TItem> Items { get; }

    /// <inheritdoc/>
    public IEnumerable<TKey> Keys => _places.Keys;

    /// <inheritdoc/>
    public IEnumerable<TItem> Values => Items;

    /// <inheritdoc/>
    public int Count => Items.Length;

    /// <inheritdoc/>
    public TItem this[TKey key] => Items[_places[key]];

    /// <summary>Other items under the same keys.</summary>
    public SharedKeyDictionary<TKey, TItem> With(ImmutableArray<TItem> items) => items == Items ? this : new SharedKeyDictionary<TKey, TItem>(_places, items);

    /// <summary>The place of a key, or -1.</summary>
    public int IndexOf(TKey key) => _places.TryGetValue(key, out var place) ? place : -1;

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => _places.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TItem value)
    {
        var isThere = _places.TryGetValue(key, out var place);
        value = isThere ? Items[place] : default;
        return isThere;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TItem>> GetEnumerator() => _places.Select(p => KeyValuePair.Create(p.Key, Items[p.Value])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
