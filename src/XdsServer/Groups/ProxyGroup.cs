using XdsServer.Model;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Groups;

/// <summary>The set of proxies that get identical configuration. Members are counted under the store's lock.</summary>
public sealed class ProxyGroup(ProxyGroupKey key)
{
    /// <summary>What decides the configuration.</summary>
    public ProxyGroupKey Key { get; } = key;

    /// <summary>The newest snapshot; empty until the first was computed.</summary>
    public Latest<Snapshot> Snapshot { get; } = new();

    /// <summary>Streams that hold a lease.</summary>
    public int Members { get; internal set; }

    /// <summary>When the last member left; null while there are members.</summary>
    public DateTimeOffset? EmptySince { get; internal set; }
}
