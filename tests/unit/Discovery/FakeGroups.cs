using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>One group for all nodes, except the node <c>stranger</c>.</summary>
internal sealed class FakeGroups : IProxyGroups
{
    public Latest<Snapshot> Snapshot { get; } = new();

    public int Members { get; private set; }

    public GroupLease Join(Node node, PeerInfo peer)
    {
        if (node.Id == "stranger")
        {
            throw new UnknownProxyException("No rule fits the node 'stranger': add a profile to its metadata.");
        }

        Members++;
        return new Lease(this);
    }

    private sealed class Lease(FakeGroups groups) : GroupLease
    {
        public override string Group => "everybody";

        public override Latest<Snapshot> Snapshot => groups.Snapshot;

        public override void Dispose() => groups.Members--;
    }
}
