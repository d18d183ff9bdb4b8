using XdsServer.Model;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Groups;

/// <summary>The set of proxies that get identical configuration. Members are counted under the store's lock.</summary>
/// <param name="key">What decides the configuration.</param>
/// <param name="isPolling">The proxies poll over REST, and so must whatever they are told to ask for.</param>
public sealed class ProxyGroup(ProxyGroupKey key, bool isPolling)
{
    private (Snapshot Given, Snapshot Made)? _rewritten;

    /// <summary>What decides the configuration.</summary>
    public ProxyGroupKey Key { get; } = key;

    /// <summary>For people; unique.</summary>
    public string Name { get; } = NameOf(key, isPolling);

    /// <summary>The newest snapshot; empty until the first was computed.</summary>
    public Latest<Snapshot> Snapshot { get; } = new();

    /// <summary>Streams that hold a lease.</summary>
    public int Members { get; internal set; }

    /// <summary>When the last member left; null while there are members.</summary>
    public DateTimeOffset? EmptySince { get; internal set; }

    /// <summary>The name of such a group.</summary>
    public static string NameOf(ProxyGroupKey key, bool isPolling) => isPolling ? $"{key} over REST" : key.ToString();

    /// <summary>Publishes a snapshot unless it is the one that is published; only the pipeline's loop calls this.</summary>
    internal bool Accept(Snapshot translated)
    {
        var snapshot = isPolling ? Rewrite(translated) : translated;
        if (ReferenceEquals(snapshot, Snapshot.Value))
        {
            return false;
        }

        Snapshot.Publish(snapshot);
        return true;
    }

    private Snapshot Rewrite(Snapshot translated)
    {
        var made = RestConfigSources.Rewrite(translated, _rewritten);
        _rewritten = (translated, made);
        return made;
    }
}
