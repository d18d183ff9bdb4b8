using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.BenchHost;

/// <summary>One group with one layer of clusters and load assignments, changed by control calls one at a time.</summary>
internal sealed class BenchWorld : IProxyGroups
{
    private const string Scope = "bench";

    private readonly Lock _lock = new();
    private readonly Latest<Snapshot> _snapshot = new();
    private ResourceLayer _layer = ResourceLayer.Create(Scope, [], previous: null);
    private int _endpoints;

    public GroupLease Join(Node node, PeerInfo peer) => new Lease(_snapshot);

    /// <summary>Replaces everything.</summary>
    public void Reset(int clusters, int endpoints)
    {
        lock (_lock)
        {
            _endpoints = endpoints;
            var names = Enumerable.Range(0, clusters).Select(BenchResources.NameOf).ToList();
            Publish(ResourceLayer.Create(Scope, names.Select(n => BenchResources.Cluster(n, 0)).Concat(names.Select(n => BenchResources.Assignment(n, 0, endpoints))), _layer));
        }
    }

    /// <summary>Gives these resources that value.</summary>
    public void Change(string type, IReadOnlyList<string> names, int value)
    {
        lock (_lock)
        {
            Publish(_layer.With([.. names.Select(n => type == "eds" ? BenchResources.Assignment(n, value, _endpoints) : BenchResources.Cluster(n, value))], []));
        }
    }

    /// <summary>Deletes these resources.</summary>
    public void Remove(string type, IReadOnlyList<string> names)
    {
        lock (_lock)
        {
            Publish(_layer.With([], [.. names.Select(n => new ResourceName(type == "eds" ? ResourceType.Endpoint : ResourceType.Cluster, n))]));
        }
    }

    /// <summary>Publishes the same content once more.</summary>
    public void Repeat()
    {
        lock (_lock)
        {
            _snapshot.Publish(Snapshot.Create(ImmutableArray.Create(_layer), previous: null));
        }
    }

    private void Publish(ResourceLayer layer)
    {
        _layer = layer;
        _snapshot.Publish(Snapshot.Create(ImmutableArray.Create(layer), _snapshot.Value));
    }

    private sealed class Lease(Latest<Snapshot> snapshot) : GroupLease
    {
        public override string Group => Scope;

        public override Latest<Snapshot> Snapshot => snapshot;

        public override void Dispose()
        {
        }
    }
}
