using System.Diagnostics;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Clients that ask once: unary calls, and streams whose client ends its side right after its request.</summary>
public sealed class OneShotTests(ConformanceServer server) : ConformanceTests(server)
{
    [Theory]
    [BothVariants]
    public async Task Duty_16_What_was_asked_is_answered_before_a_half_closed_stream_ends(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);
        await stream.SubscribeAsync(Eds, A);
        stream.CompleteRequests();

        (await stream.NextAsync(Cds)).Names.Should().Equal(A, B, C);
        (await stream.NextAsync(Eds)).Names.Should().Equal(A);
        (await stream.EndAsync()).Code.Should().Be(GrpcCode.Ok);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_16_A_half_closed_stream_is_answered_without_waiting_for_ACKs_that_cannot_come(Variant variant)
    {
        Own.Worlds.Renew().Put(Make.OneOfEach("one"));
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);
        await stream.WatchAllAsync(ResourceType.Listener);
        await stream.SubscribeAsync(ResourceType.Route, "one");
        stream.CompleteRequests();

        foreach (var type in (ResourceType[])[Cds, ResourceType.Listener, ResourceType.Route])
        {
            (await stream.NextAsync(type)).Names.Should().Equal("one");
        }

        (await stream.EndAsync()).Code.Should().Be(GrpcCode.Ok);
    }

    [OursTheory(NotInContract.Lifecycle)]
    [BothVariants]
    public async Task Duty_16_A_half_closed_stream_waits_for_the_first_configuration(Variant variant)
    {
        var world = Own.Worlds.Renew();
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        stream.CompleteRequests();
        await Own.HasReadAsync(Proxy.Node.Id, types: 1);

        world.Put(Make.Cluster("late"));

        (await stream.NextAsync(Cds)).Names.Should().Equal("late");
        (await stream.EndAsync()).Code.Should().Be(GrpcCode.Ok);
    }

    [OursFact(NotInContract.OneType)]
    public async Task Duty_1_Each_type_but_virtual_hosts_is_fetched_by_a_unary_call()
    {
        Own.Worlds.Renew().Put(Make.OneOfEach("one"));
        foreach (var type in ResourceType.All.Where(t => t != ResourceType.VirtualHost))
        {
            await using var call = Proxy.Connection.Open(OneTypeServices.FetchOf(type));
            await call.SendAsync(new DiscoveryRequest { Node = Proxy.Node, ResourceNames = { "one" } }.ToByteArray());
            call.CompleteRequests();

            var response = DiscoveryResponse.Parser.ParseFrom(await Deadline.OfAsync(call.Responses.ReadAsync().AsTask(), () => type.ShortName));
            (response.TypeUrl, response.Resources.Count).Should().Be((type.TypeUrl, 1));
            response.VersionInfo.Should().NotBeEmpty();
            (await call.Ended).Code.Should().Be(GrpcCode.Ok);
        }
    }

    [OursFact(NotInContract.OneType)]
    public async Task Duty_6_A_unary_call_without_a_node_is_an_error()
    {
        Own.Worlds.Renew().Put(Make.Cluster("one"));
        await using var call = Proxy.Connection.Open(OneTypeServices.FetchOf(Cds));
        await call.SendAsync(new DiscoveryRequest().ToByteArray());
        call.CompleteRequests();

        (await call.Ended).Code.Should().Be(GrpcCode.InvalidArgument);
    }

    [SkippableTheory]
    [InlineData("envoy.service.cluster.v3.ClusterDiscoveryService/StreamClusters")]
    [InlineData("envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters")]
    [InlineData("envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters")]
    public async Task Grpcurl_prints_an_answer_and_ends(string method)
    {
        var grpcurl = RealParts.Grpcurl.Require();
        await using var target = await OwnTarget.StartAsync();
        target.Worlds.Renew().Put(Make.Cluster("shown"));
        var protos = Repository.PathOf("protos");

        using var process = Process.Start(new ProcessStartInfo(
            grpcurl,
            [
                "-plaintext", "-max-time", "30", "-import-path", protos, "-proto", "envoy/service/cluster/v3/cds.proto", "-proto", "envoy/config/cluster/v3/cluster.proto",
                "-d", "{\"node\":{\"id\":\"me\"}}", target.GrpcAddress.Authority, method,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        output.Should().Contain("\"shown\"", await errors);
        process.ExitCode.Should().Be(0);
    }
}
