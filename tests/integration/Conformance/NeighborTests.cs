using System.Runtime.CompilerServices;
using Envoy.Service.Discovery.V3;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1I: clients that are slow, silent or never content cost little and harm nobody (duties 88–90, 94).</summary>
public sealed class NeighborTests(ConformanceServer server) : ConformanceTests(server)
{
    private const string DeltaMethod = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
    private const int Changes = 40;

    [Theory]
    [BothVariants]
    public async Task Duty_88_While_an_answer_is_outstanding_changes_merge_into_one(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(Eds, A);
        var first = await stream.NextAsync(Eds);

        for (var value = 1; value <= Changes; value++)
        {
            await World.ChangeAsync(Eds, value, A);
        }

        await StaysSilentAsync(stream);
        await stream.AckAsync(first);
        (await stream.AcceptAsync(Eds))[A].Value.Should().Be(Changes);
        await StaysSilentAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_89_A_client_that_rejects_everything_is_sent_each_change_once_and_harms_nobody(Variant variant)
    {
        await World.ResetAsync(3);
        using var other = NewProxy();
        await using var bad = other.Ads(variant);
        await bad.WatchAllAsync(Cds);
        await bad.NackAsync(await bad.NextAsync(Cds));
        await using var good = Proxy.Ads(variant);
        await good.WatchAllAsync(Cds);
        await good.AcceptAsync(Cds);

        for (var value = 1; value <= Changes; value++)
        {
            await World.ChangeAsync(Cds, value, B);
            (await good.AcceptAsync(Cds))[B].Value.Should().Be(value);
            await bad.NackAsync(await bad.NextAsync(Cds));
        }

        await StaysSilentAsync(bad);
        await StaysSilentAsync(good);
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_89_A_client_that_does_not_read_keeps_no_snapshot_alive_but_its_last()
    {
        await using var target = await OwnTarget.StartAsync(new DiscoveryOptions { WriteStallLimit = TimeSpan.FromMinutes(10) }, new GrpcLimits());
        await target.ResetAsync(Large);
        await using var stalled = await StalledCall.StartAsync(target.GrpcAddress, DeltaMethod, new DeltaDiscoveryRequest { Node = Proxy.Node, TypeUrl = Cds.TypeUrl });
        using var client = new XdsClient(target.GrpcAddress, "reader");

        var published = await PublishAsync(target, client);

        await Eventually.HoldsAsync(
            "release of what the stalled client was never sent",
            () =>
            {
                GC.Collect();
                return published.Count(s => s.TryGetTarget(out _)) <= 3;
            },
            () => $"{published.Count(s => s.TryGetTarget(out _))} of {published.Count} snapshots are alive");
        await Eventually.HoldsAsync("the client that does not read, and nobody else", () => target.Discovery.Streams.Count == 1);
        target.Discovery.Streams.Read().Single().Types.Single().Waiting.Should().ContainSingle().Which.Should().StartWith("cds waits for what it is being sent to be written");
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_89_Clients_that_do_not_read_cost_a_bounded_part_of_memory_each()
    {
        const int Stalled = 50;
        const long MostBytesEach = 1024 * 1024;
        await using var target = await OwnTarget.StartAsync(new DiscoveryOptions { WriteStallLimit = TimeSpan.FromMinutes(10) }, new GrpcLimits());
        await target.ResetAsync(Large);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var calls = new List<StalledCall>();
        for (var i = 0; i < Stalled; i++)
        {
            calls.Add(await StalledCall.StartAsync(target.GrpcAddress, DeltaMethod, new DeltaDiscoveryRequest { Node = Proxy.Node, TypeUrl = Cds.TypeUrl }));
        }

        await target.ChangeAsync(Cds, 1, A);
        await Eventually.HoldsAsync("all of them to be stalled", () => target.Discovery.Streams.Read().Count(s => s.Types.Any(t => !t.Waiting.IsEmpty)) == Stalled);
        await Eventually.HoldsAsync(
            "memory of both sides within the bound",
            () => (GC.GetTotalMemory(forceFullCollection: true) - before) / Stalled < MostBytesEach,
            () => $"{(GC.GetTotalMemory(forceFullCollection: true) - before) / Stalled} bytes each");
        await Task.WhenAll(calls.Select(c => c.DisposeAsync().AsTask()));
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_91_Clients_that_do_not_read_keep_nobody_from_a_turn_to_be_written()
    {
        await using var target = await OwnTarget.StartAsync(new DiscoveryOptions { WriteStallLimit = TimeSpan.FromMinutes(10) }, new GrpcLimits { MaxLongWrites = 1 });
        await target.ResetAsync(Large);
        var calls = new List<StalledCall>();
        for (var i = 0; i < 3; i++)
        {
            calls.Add(await StalledCall.StartAsync(target.GrpcAddress, DeltaMethod, new DeltaDiscoveryRequest { Node = Proxy.Node, TypeUrl = Cds.TypeUrl }));
        }

        using var client = new XdsClient(target.GrpcAddress, "reader");
        await using var reader = client.Delta();
        await reader.WatchAllAsync(Cds);

        (await reader.AcceptAsync(Cds)).Entries.Should().HaveCount(Large);
        await Task.WhenAll(calls.Select(c => c.DisposeAsync().AsTask()));
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_90_A_client_that_does_not_read_is_ended_and_others_are_served_meanwhile()
    {
        await using var target = await OwnTarget.StartAsync(new DiscoveryOptions { WriteStallLimit = TimeSpan.FromMilliseconds(300) }, new GrpcLimits());
        await target.ResetAsync(Large);
        await using var stalled = await StalledCall.StartAsync(target.GrpcAddress, DeltaMethod, new DeltaDiscoveryRequest { Node = Proxy.Node, TypeUrl = Cds.TypeUrl });
        using var client = new XdsClient(target.GrpcAddress, "reader");

        await PublishAsync(target, client);

        await Eventually.HoldsAsync("the end of the stalled stream", () => target.Discovery.Streams.Count == 0);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_94_The_same_content_once_more_is_no_message(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await World.RepublishAsync();

        await StaysSilentAsync(stream);
    }

    // More than all the windows and buffers between server and client hold.
    private static int Large => 20_000;

    // Everything changes again and again, and a client that reads gets it. No snapshot may stay in a variable here.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference<Snapshot>>> PublishAsync(OwnTarget target, XdsClient client)
    {
        var published = new List<WeakReference<Snapshot>>();
        await using var reader = client.Delta();
        await reader.SubscribeAsync(Cds, A);
        await reader.AcceptAsync(Cds);
        for (var value = 1; value <= 10; value++)
        {
            await target.ChangeAsync(Cds, value, A);
            published.Add(new WeakReference<Snapshot>(target.Worlds.Current.Snapshot.Value!));
            (await reader.AcceptAsync(Cds))[A].Value.Should().Be(value);
        }

        return published;
    }
}
