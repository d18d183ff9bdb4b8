using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>
/// What Envoy's real behavior asks of a server beyond the protocol (envoy-measured, rules 1–4, 6, 9): make before break by the
/// ACK of the clusters. The client plays Envoy: it withholds the ACK while a cluster warms.
/// </summary>
public sealed class EnvoyRuleTests(ConformanceServer server) : MeshTests(server)
{
    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_1_A_route_that_names_a_new_cluster_waits_for_the_ACK_of_the_clusters(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new"));
        var clusters = await stream.NextAsync(Cds);
        await WarmAsync(stream, "new");
        await HoldsBackAsync(stream, Rds);
        await stream.AckAsync(clusters);

        (await NextButEndpointsAsync(stream, Rds)).Names.Should().Equal("egress");
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_1_A_listener_that_names_a_new_cluster_waits_for_the_ACK_of_the_clusters(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Cluster("new"), Make.Assignment("new"), Make.TcpListener("database", "new"));
        var clusters = await stream.NextAsync(Cds);
        await WarmAsync(stream, "new");
        await HoldsBackAsync(stream, Lds);
        await stream.AckAsync(clusters);

        (await NextButEndpointsAsync(stream, Lds)).Names.Should().Contain("database");
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_1_A_route_waits_for_a_changed_cluster_too(Variant variant)
    {
        var mesh = SmallMesh();
        mesh.Put(Make.Cluster("other"), Make.Assignment("other"));
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Cluster("other", 5), Make.Route("egress", "other"));
        var clusters = await stream.NextAsync(Cds);
        await HoldsBackAsync(stream, Rds);
        await stream.AckAsync(clusters);

        (await NextButEndpointsAsync(stream, Rds)).Names.Should().Equal("egress");
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_1_A_rejected_cluster_keeps_the_route_that_names_it_back(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new"));
        await stream.NackAsync(await stream.NextAsync(Cds), "Error adding/updating cluster(s) new: rejected by the test");

        await HoldsBackAsync(stream, Rds);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_2_Endpoints_and_secrets_never_wait_for_the_ACK_of_the_clusters(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Cluster("new"), Make.Assignment("new"), Make.Secret("certificate"));
        await stream.NextAsync(Cds);
        await WarmAsync(stream, "new");
        await stream.SubscribeAsync(ResourceType.Secret, "certificate");
        await stream.AckAsync(await NextButEndpointsAsync(stream, ResourceType.Secret));
        mesh.Put(Make.Assignment("new", 3), Make.Secret("certificate", "rotated"));

        var pushed = await stream.AcceptUntilAsync(a => a.Type == ResourceType.Secret);
        pushed.SelectMany(a => a.Names).Should().Contain("new");
    }

    [Theory]
    [BothVariants]
    public async Task Rule_3_Endpoints_are_answered_on_a_stream_that_never_asked_for_clusters(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(Eds, A, B);

        await stream.AcceptAllAsync(Eds, A, B);
    }

    [Theory]
    [BothVariants]
    public async Task Rule_4_Newer_clusters_are_sent_although_older_ones_were_never_acknowledged(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.NextAsync(Cds);

        await World.ChangeAsync(Cds, 1, A);
        (await stream.NextAsync(Cds))[A].Value.Should().Be(1);
        await World.ChangeAsync(Cds, 2, A);

        (await stream.NextAsync(Cds))[A].Value.Should().Be(2);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_4_The_last_ACK_releases_what_waited(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new"));
        var first = await stream.NextAsync(Cds);
        mesh.Put(Make.Cluster("newer"), Make.Assignment("newer"));
        var second = await NextButEndpointsAsync(stream, Cds);
        await HoldsBackAsync(stream, Rds);

        // In delta all ACKs come, in order; in state of the world only the last one does.
        if (variant == Variant.Delta)
        {
            await stream.AckAsync(first);
        }

        await stream.AckAsync(second);

        (await NextButEndpointsAsync(stream, Rds)).Names.Should().Equal("egress");
    }

    [Theory]
    [BothVariants]
    public async Task Rule_6_The_endpoints_of_a_changed_cluster_follow_it_unasked(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await World.ChangeAsync(Cds, 1, A);
        await stream.NextAsync(Cds);

        (await stream.AcceptAsync(Eds)).Names.Should().Contain(A);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_9_A_cluster_that_is_not_subscribed_holds_nothing_back(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(Cds, "old");
        await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Rds, "egress");
        await stream.AcceptAsync(Rds);

        mesh.Put(Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new"));

        (await stream.NextAsync(Rds)).Names.Should().Equal("egress");
    }
}
