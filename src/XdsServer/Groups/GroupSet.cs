using System.Collections.Immutable;
using XdsServer.Translators;

namespace XdsServer.Groups;

/// <summary>
/// The proxy groups that need snapshots. Immutable; another instance whenever the set changes. Thousands of groups come one after the other
/// when proxies connect again, so their keys are listed only for who reads them.
/// </summary>
public sealed class GroupSet
{
    /// <summary>No proxy has joined yet.</summary>
    public static readonly GroupSet Empty = new(ImmutableSortedDictionary<string, ProxyGroup>.Empty);

    private readonly Lazy<ImmutableArray<ProxyGroupKey>> _keys;

    internal GroupSet(ImmutableSortedDictionary<string, ProxyGroup> groups) => _keys = new(() => [.. groups.Values.Select(g => g.Key).Distinct()]);

    /// <summary>Each key once, in the order of the groups' names.</summary>
    public ImmutableArray<ProxyGroupKey> Keys => _keys.Value;
}
