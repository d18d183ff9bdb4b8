using Envoy.Service.Discovery.V3;
using XdsServer.Discovery;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1A, first part: services, types, nodes (duties 1–10).</summary>
public sealed class TransportTests(ConformanceServer server) : ConformanceTests(server)
{
    public static TheoryData<string, Variant> OneTypeStreams => new()
    {
        { "cds", Variant.Sotw }, { "cds", Variant.Delta },
        { "eds", Variant.Sotw }, { "eds", Variant.Delta },
        { "sds", Variant.Sotw }, { "sds", Variant.Delta },
        { "ecds", Variant.Sotw }, { "ecds", Variant.Delta },
        { "lds", Variant.Sotw }, { "lds", Variant.Delta },
        { "srds", Variant.Sotw }, { "srds", Variant.Delta },
        { "rds", Variant.Sotw }, { "rds", Variant.Delta },
        { "vhds", Variant.Sotw }, { "vhds", Variant.Delta },
        { "rtds", Variant.Sotw }, { "rtds", Variant.Delta },
    };

    [Theory]
    [BothVariants]
    public async Task Duty_1_The_aggregated_service_speaks_both_variants(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);

        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A, B, C);
    }

    [OursTheory(NotInContract.OneType)]
    [MemberData(nameof(OneTypeStreams))]
    public async Task Duty_1_Each_type_has_a_service_of_its_own_in_both_variants(string shortName, Variant variant)
    {
        var type = ResourceType.All.Single(t => t.ShortName == shortName);
        Own.Worlds.Renew().Put(Make.OneOfEach("one"));
        await using var stream = Proxy.OneType(type, variant);

        await stream.SubscribeAsync(type, "one");

        if (type == ResourceType.VirtualHost && variant == Variant.Sotw)
        {
            (await stream.EndAsync()).Code.Should().Be(GrpcCode.Unimplemented, "virtual hosts are discovered in delta only");
        }
        else
        {
            (await stream.AcceptAsync(type)).Names.Should().Equal("one");
        }
    }

    [Theory]
    [BothVariants]
    public async Task Duty_2_An_aggregated_request_without_a_type_is_an_error(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.Ads(variant);

        await SendAsync(stream, string.Empty);

        (await stream.EndAsync()).Code.Should().Be(GrpcCode.InvalidArgument);
    }

    [OursTheory(NotInContract.OneType)]
    [BothVariants]
    public async Task Duty_2_On_a_stream_of_one_type_the_type_may_be_left_out(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.OneType(Cds, variant);

        await SendAsync(stream, string.Empty);

        (await stream.NextAsync(Cds)).Names.Should().Equal(A, B, C);
    }

    [OursTheory(NotInContract.OneType)]
    [BothVariants]
    public async Task Duty_3_On_a_stream_of_one_type_another_type_is_an_error(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.OneType(Cds, variant);

        await stream.SubscribeAsync(Eds, A);

        (await stream.EndAsync()).Code.Should().Be(GrpcCode.InvalidArgument);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_4_A_type_that_nobody_knows_does_not_disturb_the_others(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);

        await SendAsync(stream, "type.googleapis.com/example.Unheard", "one");
        await stream.WatchAllAsync(Cds);

        (await stream.AcceptUntilAsync(a => a.Type == Cds))[^1].Names.Should().Equal(A, B, C);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_5_The_node_is_remembered_from_the_first_request(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await stream.SubscribeAsync(Eds, A);

        (await stream.AcceptAsync(Eds)).Names.Should().Equal(A);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_6_A_first_request_without_a_node_is_an_error(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.Nameless(variant);

        await stream.WatchAllAsync(Cds);

        (await stream.EndAsync()).Code.Should().Be(GrpcCode.InvalidArgument);
    }

    [OursTheory(NotInContract.Nodes)]
    [BothVariants]
    public async Task Duty_7_What_a_node_says_of_itself_selects_its_configuration(Variant variant)
    {
        Own.Worlds.Renew();
        var edge = new OwnWorld("edge");
        edge.Put(Make.Cluster("of-the-edge"));
        Own.Worlds.Choose = (node, peer) =>
            node.Cluster == "conformance" && node.Locality.Zone == "z1" && node.Metadata.Fields["profile"].StringValue == "edge"
            && node.ClientFeatures.Contains("a.feature") && peer.Address.Length > 0
                ? edge
                : throw new UnknownProxyException("not one of ours");
        Proxy.Node.Locality = new() { Zone = "z1" };
        Proxy.Node.Metadata = new() { Fields = { ["profile"] = Google.Protobuf.WellKnownTypes.Value.ForString("edge") } };
        Proxy.Node.ClientFeatures.Add("a.feature");
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);

        (await stream.AcceptAsync(Cds)).Names.Should().Equal("of-the-edge");
    }

    [OursTheory(NotInContract.Nodes)]
    [BothVariants]
    public async Task Duty_7_A_node_that_no_rule_fits_learns_why(Variant variant)
    {
        Own.Worlds.Renew();
        Own.Worlds.Choose = (_, _) => throw new UnknownProxyException("no rule fits; set node.metadata.profile");
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);

        var end = await stream.EndAsync();
        end.Code.Should().NotBe(GrpcCode.Ok);
        end.Message.Should().Contain("set node.metadata.profile");
    }

    [Theory]
    [BothVariants]
    public async Task Duty_8_Streams_of_one_node_are_independent(Variant variant)
    {
        await World.ResetAsync(3);
        await using var second = Proxy.Ads(variant);
        await using (var first = Proxy.Ads(variant))
        {
            await first.WatchAllAsync(Cds);
            await first.AcceptAsync(Cds);
            await second.WatchAllAsync(Cds);
            await second.AcceptAsync(Cds);
            await World.ChangeAsync(Cds, 1, A);
            (await first.AcceptAsync(Cds))[A].Value.Should().Be(1);
            (await second.AcceptAsync(Cds))[A].Value.Should().Be(1);
        }

        await World.ChangeAsync(Cds, 2, A);

        (await second.AcceptAsync(Cds))[A].Value.Should().Be(2);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_10_Every_response_says_who_sent_it(Variant variant)
    {
        await World.ResetAsync(1);
        await using var stream = Proxy.Ads(variant);

        await stream.WatchAllAsync(Cds);
        var clusters = await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Eds, A);
        var endpoints = await stream.AcceptAsync(Eds);

        clusters.ControlPlane.Should().NotBeNullOrEmpty();
        endpoints.ControlPlane.Should().Be(clusters.ControlPlane);
    }

    private static Task SendAsync(XdsStream stream, string typeUrl, params string[] names) => stream switch
    {
        SotwStream sotw => sotw.SendAsync(new DiscoveryRequest { TypeUrl = typeUrl, ResourceNames = { names } }),
        DeltaStream delta => delta.SendAsync(new DeltaDiscoveryRequest { TypeUrl = typeUrl, ResourceNamesSubscribe = { names } }),
        _ => throw new ArgumentOutOfRangeException(nameof(stream)),
    };
}
