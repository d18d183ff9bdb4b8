using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1F: order on an aggregated stream, warming, coherence (duties 66, 69–73).</summary>
public sealed class OrderTests(ConformanceServer server) : MeshTests(server)
{
    [OursTheory(NotInContract.Atomic)]
    [BothVariants]
    public async Task Duty_66_Types_that_change_together_come_in_the_order_of_reference(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);
        await stream.SubscribeAsync(Eds, "new");
        await TakesEffectAsync(stream);

        mesh.Put(Make.Route("egress", "new"), Make.Listener("egress", "egress", "changed"), Make.Assignment("new"), Make.Cluster("new"));
        var answers = await stream.AcceptUntilAsync(a => a.Type == Rds);

        answers.Select(a => a.Type).Should().Equal(Cds, Eds, Lds, Rds);
    }

    [OursFact(NotInContract.Atomic)]
    public async Task Duty_66_Virtual_hosts_come_last()
    {
        var mesh = SmallMesh();
        mesh.Put(Make.VirtualHost("egress/web"));
        await using var stream = await StartedAsync(Variant.Delta);
        await stream.SubscribeAsync(ResourceType.VirtualHost, "egress/web", "egress/new");
        await stream.AcceptUntilAsync(a => a.Entries.Any(e => e.Body is null));

        mesh.Put(Make.VirtualHost("egress/new"), Make.Route("egress", "old", "unknown"), Make.Listener("egress", "egress", "changed"));
        var answers = await stream.AcceptUntilAsync(a => a.Type == ResourceType.VirtualHost);

        answers.Select(a => a.Type).Should().Equal(Lds, Rds, ResourceType.VirtualHost);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_69_The_endpoints_of_a_changed_cluster_are_sent_although_they_are_unchanged(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await World.ChangeAsync(Cds, 1, A);
        (await stream.AcceptAsync(Cds))[A].Value.Should().Be(1);

        await WarmAgainAsync(stream);

        (await stream.AcceptAsync(Eds)).Names.Should().Contain(A);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_69_The_endpoints_of_an_added_cluster_are_sent_when_asked_for(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);
        await World.ChangeAsync(Eds, 0, B);
        await World.ChangeAsync(Cds, 0, B);
        await stream.AcceptUntilAsync(a => a.Names.Contains(B));

        await stream.SubscribeAsync(Eds, B);

        await stream.AcceptAllAsync(Eds, B);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_70_The_routes_of_a_changed_listener_are_sent_when_asked_for_again(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);

        mesh.Put(Make.Listener("egress", "other"), Make.Route("other", "old"));
        await stream.AcceptAsync(Lds);
        await stream.SubscribeAsync(Rds, "other");
        await stream.AcceptAllAsync(Rds, "other");
        mesh.Put(Make.Listener("egress", "egress"));
        await stream.AcceptAsync(Lds);
        await stream.UnsubscribeAsync(Rds, "egress");
        await stream.SubscribeAsync(Rds, "egress");

        await stream.AcceptAllAsync(Rds, "egress");
    }

    [Theory]
    [BothVariants]
    public async Task Duty_71_The_endpoints_behind_a_changed_cluster_are_complete(Variant variant)
    {
        await World.ResetAsync(1, endpoints: 3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);

        await World.ChangeAsync(Cds, 1, A);
        await stream.AcceptAsync(Cds);
        await WarmAgainAsync(stream);

        var assignment = (await stream.AcceptAsync(Eds))[A].As<Envoy.Config.Endpoint.V3.ClusterLoadAssignment>();
        assignment.Endpoints.SelectMany(e => e.LbEndpoints).Should().HaveCount(3);
    }

    [OursTheory(NotInContract.Atomic)]
    [BothVariants]
    public async Task Duty_72_Endpoints_are_not_sent_before_the_cluster_that_they_belong_to(Variant variant)
    {
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);
        await stream.SubscribeAsync(Eds, "new");
        await TakesEffectAsync(stream);

        mesh.Put(Make.Assignment("new"), Make.Cluster("new"));

        (await stream.AcceptAsync(Cds)).Names.Should().Contain("new");
        (await stream.AcceptAsync(Eds)).Names.Should().Contain("new");
    }

    [OursTheory(NotInContract.Atomic)]
    [BothVariants]
    public async Task Duty_73_All_types_of_one_push_are_from_one_state_of_the_sources(Variant variant)
    {
        const int Last = 50;
        var mesh = SmallMesh();
        await using var stream = await StartedAsync(variant);
        await stream.SubscribeAsync(Eds, "old", "other");
        await TakesEffectAsync(stream);
        var seen = new Dictionary<ResourceType, int>();

        for (var value = 1; value <= Last; value++)
        {
            mesh.Put(Make.Cluster("old", value), Make.Cluster("other", value), Make.Assignment("old", value), Make.Assignment("other", value));
        }

        // Endpoints wait for nothing (envoy-measured rule 2), so they may be of a newer state than the clusters of an answer before; within an answer all is of one.
        while (seen.Count < 2 || seen.Values.Any(v => v < Last))
        {
            var answer = await stream.NextAsync();
            await stream.AckAsync(answer);
            answer["old"].Value.Should().Be(answer["other"].Value, "one state says the same of both:\n{0}\n", stream.Transcript);
            seen.GetValueOrDefault(answer.Type!).Should().BeLessThanOrEqualTo(answer["old"].Value, "states are not taken back");
            seen[answer.Type!] = answer["old"].Value;
        }
    }

    // In state of the world a warming Envoy repeats its request; in delta it only waits.
    private static Task WarmAgainAsync(XdsStream stream) => stream is SotwStream sotw ? sotw.SendAsync(sotw.Request(Eds)) : Task.CompletedTask;
}
