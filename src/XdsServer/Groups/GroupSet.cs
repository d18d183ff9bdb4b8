using System.Collections.Immutable;
using XdsServer.Translators;

namespace XdsServer.Groups;

/// <summary>The proxy groups that need snapshots. Immutable; another instance whenever the set changes.</summary>
public sealed record GroupSet(ImmutableArray<ProxyGroupKey> Keys)
{
    /// <summary>No proxy has joined yet.</summary>
    public static readonly GroupSet Empty = new(ImmutableArray<ProxyGroupKey>.Empty);
}
