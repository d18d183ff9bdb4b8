using Envoy.Config.Endpoint.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1A, last part: what a server process must bear, and how it stops (duties 9, 13–16).</summary>
public sealed class LimitTests(ConformanceServer server) : ConformanceTests(server)
{
    [OursTheory(NotInContract.Lifecycle)]
    [BothVariants]
    public async Task Duty_9_Nothing_is_served_before_the_sources_are_synced(Variant variant)
    {
        var world = Own.Worlds.Renew();
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.SubscribeAsync(Eds, "a");
        await Own.HasReadAsync(Proxy.Node.Id, types: 2);

        world.Put(Make.Cluster("a"), Make.Assignment("a"));

        (await stream.AcceptAsync(Cds)).Names.Should().Equal("a");
        (await stream.AcceptAsync(Eds)).Names.Should().Equal("a");
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_26_Requests_that_could_not_be_answered_yet_are_answered_as_the_last_one_says()
    {
        var world = Own.Worlds.Renew();
        await using var stream = Proxy.Sotw();
        await stream.ReplaceAsync(Eds, "a", "b");
        await stream.ReplaceAsync(Eds, "b", "c");
        await stream.WatchAllAsync(Cds);
        await Own.HasReadAsync(Proxy.Node.Id, types: 2);

        world.Put(Make.Assignment("a"), Make.Assignment("b"), Make.Assignment("c"), Make.Cluster("a"));

        await stream.AcceptAsync(Cds);
        (await stream.AcceptAsync(Eds)).Names.Should().Equal("b", "c");
    }

    [Fact]
    public async Task Duty_13_Pings_are_answered()
    {
        using var connection = await RawHttp2.ConnectAsync(World.GrpcAddress);

        await connection.PingAsync();
        await connection.PingAsync();
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_13_A_connection_that_does_not_answer_pings_is_closed()
    {
        await using var another = await OwnTarget.StartAsync(
            new DiscoveryOptions(), new GrpcLimits { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) });
        using var connection = await RawHttp2.ConnectAsync(another.GrpcAddress);

        await connection.IsPingedAsync();
        await connection.IsClosedAsync();
    }

    [Fact]
    public async Task Duty_14_Two_thousand_streams_share_one_connection()
    {
        const int Streams = 2000;
        await World.ResetAsync(1);
        var streams = Enumerable.Range(0, Streams).Select(_ => Proxy.Ads(Variant.Delta)).ToList();

        await Task.WhenAll(streams.Select(s => s.SubscribeAsync(Eds, A)));
        await Task.WhenAll(streams.Select(s => s.AcceptAsync(Eds)));
        await World.ChangeAsync(Eds, 1, A);
        var answers = await Task.WhenAll(streams.Select(s => s.AcceptAsync(Eds)));

        answers.Should().OnlyContain(a => a[A].Value == 1);
        await Task.WhenAll(streams.Select(s => s.DisposeAsync().AsTask()));
    }

    [Theory]
    [BothVariants]
    public async Task Duty_15_A_response_may_be_larger_than_4_MiB(Variant variant)
    {
        const int Endpoints = 250_000;
        await World.ResetAsync(1, Endpoints);
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(Eds, A);

        var assignment = (await stream.AcceptAsync(Eds))[A];
        assignment.Body!.Value.Length.Should().BeGreaterThan(4 * 1024 * 1024);
        assignment.As<ClusterLoadAssignment>().Endpoints.Single().LbEndpoints.Should().HaveCount(Endpoints);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_15_A_request_may_be_larger_than_4_MiB(Variant variant)
    {
        const int Length = 50;
        const int Names = 100_000;
        await World.ResetAsync(1);
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(Eds, [A, .. Enumerable.Range(0, Names).Select(i => $"missing-{i:00000}".PadRight(Length, '-'))]);

        await stream.AcceptAllAsync(Eds, A);
    }

    [OursTheory(NotInContract.Lifecycle)]
    [BothVariants]
    public async Task Duty_16_When_the_server_stops_streams_end_so_that_clients_go_elsewhere(Variant variant)
    {
        var another = await OwnTarget.StartAsync();
        await another.ResetAsync(1);
        using var proxy = new XdsClient(another.GrpcAddress, "of-another-server");
        await using var stream = proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        // HttpClient forgets a status that it has received when the connection closes before whoever reads wakes, as long as the request is open. So that closes later.
        await another.EndCallsAsync();

        var end = await stream.EndAsync();
        end.Code.Should().Be(GrpcCode.Unavailable, "{0}", end.Message);
        await another.DisposeAsync();
    }

    [OursFact(NotInContract.Lifecycle)]
    public async Task Duty_16_When_the_server_stops_the_status_comes_before_the_connection_closes()
    {
        var another = await OwnTarget.StartAsync();
        await another.ResetAsync(1);
        using var connection = await RawHttp2.ConnectAsync(another.GrpcAddress);
        var request = new DeltaDiscoveryRequest { Node = new() { Id = "raw" }, TypeUrl = Cds.TypeUrl };
        await connection.CallAsync("envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", request.ToByteArray());

        await another.DisposeAsync();

        (await connection.TrailersAsync()).Should().Contain("grpc-status\u000214");
        await connection.IsClosedAsync();
    }

    [OursTheory(NotInContract.Lifecycle)]
    [BothVariants]
    public async Task Duty_16_A_fault_of_the_server_ends_the_stream_with_a_status(Variant variant)
    {
        Own.Worlds.Renew();
        Own.Worlds.Choose = (_, _) => throw new InvalidOperationException("a bug");
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);

        (await stream.EndAsync()).Code.Should().Be(GrpcCode.Internal);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_16_A_client_that_ends_its_side_is_answered_with_OK(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        stream.CompleteRequests();

        (await stream.EndAsync()).Code.Should().Be(GrpcCode.Ok);
    }
}
