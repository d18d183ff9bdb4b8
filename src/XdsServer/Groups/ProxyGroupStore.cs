using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Groups;

/// <summary>
/// The proxy groups that exist, and their newest snapshots. Streams join and leave; the pipeline reads <see cref="Current"/> and
/// publishes. A group without members stays for a while, so that a proxy that reconnects finds its snapshot ready.
/// </summary>
public sealed class ProxyGroupStore : IProxyGroups
{
    private readonly Lock _lock = new();
    private readonly ProxyClassifier _classifier;
    private readonly GroupOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ProxyGroupStore> _log;
    private ImmutableSortedDictionary<string, ProxyGroup> _groups = ImmutableSortedDictionary.Create<string, ProxyGroup>(StringComparer.Ordinal);

    /// <summary>An empty store.</summary>
    public ProxyGroupStore(GroupOptions options, TimeProvider time, ILogger<ProxyGroupStore> log)
    {
        _classifier = new ProxyClassifier(options);
        _options = options;
        _time = time;
        _log = log;
        Current.Publish(GroupSet.Empty);
    }

    /// <summary>The groups that need snapshots now; the pipeline wakes when it changes.</summary>
    public Latest<GroupSet> Current { get; } = new();

    /// <summary>The groups, sorted by name, for the admin API.</summary>
    public IReadOnlyList<ProxyGroup> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _groups.Values];
            }
        }
    }

    /// <inheritdoc/>
    public GroupLease Join(Node node, PeerInfo peer)
    {
        try
        {
            var key = _classifier.Classify(node);
            return new Lease(this, Enter(key, NodeMetadata.Text(node, NodeMetadata.Transport) == NodeMetadata.Rest));
        }
        catch (UnknownProxyException e)
        {
            _log.ProxyRefused(node.Id, e.Message);
            throw;
        }
    }

    /// <summary>Hands every group its snapshot; how many got a new one. Only the pipeline calls this.</summary>
    public int Publish(IReadOnlyDictionary<ProxyGroupKey, Snapshot> snapshots)
    {
        var published = 0;
        foreach (var group in All)
        {
            if (snapshots.TryGetValue(group.Key, out var snapshot) && group.Accept(snapshot))
            {
                published++;
            }
        }

        return published;
    }

    /// <summary>The names of the clusters that such proxies have now; none when there is no such group.</summary>
    public IEnumerable<string> ClustersOf(ProxyGroupKey key)
    {
        var snapshot = All.FirstOrDefault(g => g.Key == key)?.Snapshot.Value;
        return snapshot is null ? [] : snapshot.Layers.SelectMany(l => l[ResourceType.Cluster].Sorted).Select(r => r.Name);
    }

    /// <summary>Drops groups that have been without members for long enough. Called from time to time.</summary>
    public void DropIdle()
    {
        var before = _time.GetUtcNow() - _options.KeepIdle;
        lock (_lock)
        {
            var idle = _groups.Where(g => g.Value.EmptySince <= before).Select(g => g.Key).ToList();
            _groups = _groups.RemoveRange(idle);
            foreach (var name in idle)
            {
                _log.GroupDropped(name, _options.KeepIdle);
            }

            if (idle.Count > 0)
            {
                PublishCurrent();
            }
        }
    }

    private ProxyGroup Enter(ProxyGroupKey key, bool isPolling)
    {
        var name = ProxyGroup.NameOf(key, isPolling);
        lock (_lock)
        {
            if (!_groups.TryGetValue(name, out var group))
            {
                RefuseTooMany(name);
                group = new ProxyGroup(key, isPolling);
                _groups = _groups.Add(name, group);
                PublishCurrent();
                _log.GroupAdded(name);
            }

            group.Members++;
            group.EmptySince = null;
            return group;
        }
    }

    private void Leave(ProxyGroup group)
    {
        lock (_lock)
        {
            group.Members--;
            group.EmptySince = group.Members == 0 ? _time.GetUtcNow() : null;
        }
    }

    private void RefuseTooMany(string name)
    {
        if (_groups.Count >= _options.MaxGroups)
        {
            throw new UnknownProxyException(
                $"Proxy group '{name}' would be one more than the {_options.MaxGroups} that Xds:Groups:MaxGroups allows; raise it, or let proxies share a namespace and service.");
        }
    }

    private void PublishCurrent() => Current.Publish(new GroupSet(_groups));

    private sealed class Lease(ProxyGroupStore store, ProxyGroup group) : GroupLease
    {
        private int _isDisposed;

        public override string Group => group.Name;

        public override Latest<Snapshot> Snapshot => group.Snapshot;

        public override void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                store.Leave(group);
            }
        }
    }
}
