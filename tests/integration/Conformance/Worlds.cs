using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Every proxy sees the newest world, unless a test says otherwise.</summary>
internal sealed class Worlds : IProxyGroups
{
    private int _count;

    public Worlds() => Choose = (_, _) => Current;

    /// <summary>The world of the test that runs.</summary>
    public OwnWorld Current { get; private set; } = new("world 0");

    /// <summary>Finds a proxy's world.</summary>
    public Func<Node, PeerInfo, OwnWorld> Choose { get; set; }

    /// <summary>A new world, without any trace of the one before.</summary>
    public OwnWorld Renew()
    {
        Choose = (_, _) => Current;
        return Current = new OwnWorld($"world {++_count}");
    }

    /// <inheritdoc/>
    public GroupLease Join(Node node, PeerInfo peer) => new Lease(Choose(node, peer));

    private sealed class Lease(OwnWorld world) : GroupLease
    {
        public override string Group => world.Name;

        public override Latest<Snapshot> Snapshot => world.Snapshot;

        public override void Dispose()
        {
            // A world lives as long as its test; there is nothing to give back.
        }
    }
}
