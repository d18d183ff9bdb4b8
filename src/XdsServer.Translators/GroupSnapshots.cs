using System.Collections;
using System.Diagnostics.CodeAnalysis;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators;

/// <summary>The groups' snapshots, without a table of their own.</summary>
internal sealed class GroupSnapshots(IReadOnlyDictionary<ProxyGroupKey, GroupTranslation> groups) : IReadOnlyDictionary<ProxyGroupKey, Snapshot>
{
    /// <inheritdoc/>
    public IEnumerable<ProxyGroupKey> Keys => groups.Keys;

    /// <inheritdoc/>
    public IEnumerable<Snapshot> Values => groups.Values.Select(g => g.Snapshot);

    /// <inheritdoc/>
    public int Count => groups.Count;

    /// <inheritdoc/>
    public Snapshot this[ProxyGroupKey key] => groups[key].Snapshot;

    /// <inheritdoc/>
    public bool ContainsKey(ProxyGroupKey key) => groups.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(ProxyGroupKey key, [MaybeNullWhen(false)] out Snapshot value)
    {
        var isThere = groups.TryGetValue(key, out var group);
        value = group?.Snapshot;
        return isThere;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<ProxyGroupKey, Snapshot>> GetEnumerator() => groups.Select(g => KeyValuePair.Create(g.Key, g.Value.Snapshot)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
