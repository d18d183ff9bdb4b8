using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>
/// What Envoy's real behavior asks of a server that takes clusters away (envoy-measured, rules 7 and 11): break only what no route
/// that the client uses can name any more.
/// </summary>
public sealed class EnvoyRemovalTests(ConformanceServer server) : MeshTests(server)
{
    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_7_A_cluster_goes_when_the_routes_that_replace_it_are_acknowledged(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Edit([Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new")], OldCluster);
        await AcceptClustersAsync(stream, "new");
        var routes = await NextButEndpointsAsync(stream, Rds);
        await HoldsBackAsync(stream, Cds);
        await stream.AckAsync(routes);

        HasLost(await NextButEndpointsAsync(stream, Cds), "old").Should().BeTrue();
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_7_The_first_clusters_of_a_change_still_hold_the_one_that_will_go(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Edit([Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new")], OldCluster);

        HasLost(await stream.NextAsync(Cds), "old").Should().BeFalse();
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Rule_7_A_route_configuration_that_is_still_subscribed_keeps_its_clusters(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Edit([Make.Cluster("new"), Make.Assignment("new"), Make.Listener("egress", "second"), Make.Route("second", "new")], [.. OldCluster, new(Rds, "egress")]);
        await AcceptClustersAsync(stream, "new");
        await stream.AckAsync(await NextButEndpointsAsync(stream, Lds));
        await stream.SubscribeAsync(Rds, "second");
        await stream.AcceptUntilAsync(a => a.Type == Rds && a.Names.Contains("second"));
        await HoldsBackAsync(stream, Cds);
        await stream.UnsubscribeAsync(Rds, "egress");

        HasLost((await stream.AcceptUntilAsync(a => a.Type == Cds))[^1], "old").Should().BeTrue();
    }

    [OursFact(NotInContract.Types)]
    public async Task Rule_11_A_delta_client_that_comes_back_loses_clusters_after_its_routes_are_acknowledged()
    {
        await using var patient = await OwnTarget.StartAsync(new DiscoveryOptions(), new GrpcLimits());
        using var proxy = new XdsClient(patient.GrpcAddress, "back-again");
        var mesh = SmallMesh(patient.Worlds.Renew());
        var before = mesh.Snapshot.Value!;

        mesh.Edit([Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new")], OldCluster);
        await using var stream = proxy.Delta();
        await stream.ResumeAsync(Cds, Held(before, Cds));
        await stream.ResumeAsync(Eds, Held(before, Eds), "old", "new");
        var clusters = await stream.AcceptAsync(Cds);
        clusters.Names.Should().Equal("new");
        clusters.Removed.Should().BeEmpty();
        await stream.ResumeAsync(Lds, Held(before, Lds));
        await stream.ResumeAsync(Rds, Held(before, Rds), "egress");
        var routes = (await ReadUntilAsync(stream, Rds))[^1];
        await patient.SettleAsync(stream);
        stream.Unread().Should().NotContain(a => HasLost(a, "old"), stream.Transcript);
        await stream.AckAsync(routes);

        (await stream.AcceptUntilAsync(a => HasLost(a, "old")))[^1].Removed.Should().Equal("old");
    }

    [OursFact(NotInContract.Types)]
    public async Task Rule_11_A_SotW_client_that_comes_back_still_gets_clusters_that_its_routes_may_name()
    {
        var mesh = SmallMesh();
        string version;
        await using (var earlier = await StartedAsync(Variant.Sotw))
        {
            mesh.Put(Make.Cluster("old", 1));
            version = (await earlier.AcceptAsync(Cds)).Version;
        }

        mesh.Edit([Make.Cluster("new"), Make.Assignment("new"), Make.Route("egress", "new")], OldCluster);
        await using var stream = Proxy.Sotw();
        await stream.SendAsync(new() { TypeUrl = Cds.TypeUrl, VersionInfo = version });

        (await stream.NextAsync(Cds)).Names.Should().Equal("new", "old");
    }

    private static ResourceName[] OldCluster => [new(Cds, "old"), new(Eds, "old")];

    private static bool HasLost(Answer answer, string cluster) =>
        answer.Type == Cds && (answer.Removed.Contains(cluster) || (answer.Message is Envoy.Service.Discovery.V3.DiscoveryResponse && !answer.Names.Contains(cluster)));

    private static Dictionary<string, string> Held(Snapshot snapshot, ResourceType type) =>
        snapshot.Layers.SelectMany(l => l[type].Sorted).ToDictionary(r => r.Name, r => r.Version, StringComparer.Ordinal);

    // The clusters are ACKed once this one's endpoints came, as Envoy does after warming.
    private static async Task AcceptClustersAsync(XdsStream stream, string warming)
    {
        var clusters = await stream.NextAsync(Cds);
        await WarmAsync(stream, warming);
        await stream.AckAsync(clusters);
    }

    // Everything up to the first answer of that type, which is not ACKed.
    private static async Task<IReadOnlyList<Answer>> ReadUntilAsync(XdsStream stream, ResourceType type)
    {
        var read = new List<Answer> { await stream.NextAsync() };
        while (read[^1].Type != type)
        {
            await stream.AckAsync(read[^1]);
            read.Add(await stream.NextAsync());
        }

        return read;
    }
}
