using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Options;

namespace XdsServer.Tests.Unit.Groups;

public sealed class ProxyGroupStoreTests
{
    private static readonly PeerInfo Peer = new("test", false, []);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Equal_nodes_share_a_group_and_its_snapshot_cell()
    {
        var store = Store();
        using var one = store.Join(Sidecar("a", "web"), Peer);
        using var two = store.Join(Sidecar("b", "web"), Peer);

        store.All.Should().ContainSingle().Which.Members.Should().Be(2);
        two.Snapshot.Should().BeSameAs(one.Snapshot);
    }

    [Fact]
    public void A_group_without_members_stays_for_a_while_and_then_goes()
    {
        var store = Store();
        var lease = store.Join(Sidecar("a", "web"), Peer);
        lease.Dispose();
        lease.Dispose();

        _time.Advance(TimeSpan.FromMinutes(4));
        store.DropIdle();
        store.All.Should().ContainSingle().Which.Members.Should().Be(0);

        _time.Advance(TimeSpan.FromMinutes(1));
        store.DropIdle();
        store.All.Should().BeEmpty();
        store.Current.Value!.Keys.Should().BeEmpty();
    }

    [Fact]
    public void A_proxy_that_comes_back_keeps_its_group()
    {
        var store = Store();
        store.Join(Sidecar("a", "web"), Peer).Dispose();
        _time.Advance(TimeSpan.FromMinutes(4));
        using var again = store.Join(Sidecar("a", "web"), Peer);
        _time.Advance(TimeSpan.FromMinutes(9));

        store.DropIdle();

        store.All.Should().ContainSingle();
    }

    [Fact]
    public void Thousands_of_groups_that_come_one_after_the_other_cost_no_list_each()
    {
        const int groups = 2_000;
        var store = Store();
        List<Node> nodes = [.. Enumerable.Range(0, groups + 100).Select(i => Sidecar("a", $"s{i:00000}"))];
        nodes[..groups].ForEach(n => store.Join(n, Peer));
        var before = GC.GetAllocatedBytesForCurrentThread();

        nodes[groups..].ForEach(n => store.Join(n, Peer));

        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).Should().BeLessThan(5_000);
        store.Current.Value!.Keys.Should().HaveCount(groups + 100);
        store.Current.Value.Keys[^1].Service.Should().Be($"s{groups + 99:00000}");
    }

    [Fact]
    public void Strangers_cannot_make_the_server_compute_without_end()
    {
        var store = new ProxyGroupStore(new GroupOptions { MaxGroups = 1 }, _time, NullLogger<ProxyGroupStore>.Instance);
        using var one = store.Join(Sidecar("a", "web"), Peer);

        FluentActions.Invoking(() => store.Join(Sidecar("b", "db"), Peer)).Should().Throw<UnknownProxyException>().WithMessage("*Xds:Groups:MaxGroups*");
    }

    [Fact]
    public void A_proxy_that_polls_is_in_a_group_of_its_own()
    {
        var store = Store();
        var polling = Sidecar("b", "web");
        polling.Metadata.Fields["xds_transport"] = Value.ForString("rest");
        using var one = store.Join(Sidecar("a", "web"), Peer);
        using var two = store.Join(polling, Peer);

        store.All.Should().HaveCount(2);
        store.Current.Value!.Keys.Should().ContainSingle("both get the same translation");
        two.Group.Should().EndWith("over REST");
    }

    private ProxyGroupStore Store() => new(new GroupOptions(), _time, NullLogger<ProxyGroupStore>.Instance);

    private static Node Sidecar(string id, string service) => new()
    {
        Id = id,
        Metadata = new Struct { Fields = { ["profile"] = Value.ForString("sidecar"), ["service"] = Value.ForString(service) } },
    };
}
