using System.Collections.Immutable;
using System.Text.Json;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Raw;

namespace XdsServer.Tests.Unit.Raw;

public sealed class MessageMergeTests
{
    [Fact]
    public void Messages_merge_field_by_field_scalars_and_lists_are_replaced()
    {
        var cluster = Sample();

        Apply(cluster, """{"connect_timeout": "2s", "edsClusterConfig": {"service_name": "s"}, "health_checks": []}""").Should().BeEmpty();

        var expected = Sample();
        expected.ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(2));
        expected.EdsClusterConfig.ServiceName = "s";
        expected.HealthChecks.Clear();
        cluster.Should().Be(expected);
    }

    [Fact]
    public void Null_clears_and_another_member_of_a_oneof_takes_its_place()
    {
        var cluster = Sample();

        Apply(cluster, """{"connect_timeout": null, "cluster_type": {"name": "envoy.clusters.aggregate"}}""").Should().BeEmpty();

        cluster.ConnectTimeout.Should().BeNull();
        cluster.ClusterDiscoveryTypeCase.Should().Be(Cluster.ClusterDiscoveryTypeOneofCase.ClusterType);
    }

    [Fact]
    public void An_any_merges_while_its_type_stays_and_is_replaced_otherwise()
    {
        var cluster = Sample();

        Apply(cluster, """{"transport_socket": {"typed_config": {"common_tls_context": {"alpn_protocols": ["h2"]}}}}""").Should().BeEmpty();
        var tls = cluster.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>();
        Apply(cluster, """{"transport_socket": {"typed_config": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"}}}""").Should().BeEmpty();

        tls.Sni.Should().Be("web");
        tls.CommonTlsContext.AlpnProtocols.Should().Equal("h2");
        cluster.TransportSocket.TypedConfig.Is(Envoy.Extensions.TransportSockets.RawBuffer.V3.RawBuffer.Descriptor).Should().BeTrue();
    }

    [Fact]
    public void Maps_merge_entry_by_entry_in_sorted_order()
    {
        var cluster = Sample();
        cluster.TypedExtensionProtocolOptions["b"] = Any.Pack(new UpstreamTlsContext { Sni = "b" });

        Apply(cluster, """{"typed_extension_protocol_options": {"b": {"sni": "c"}, "a": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"}}}""").Should().BeEmpty();

        cluster.TypedExtensionProtocolOptions.Keys.Should().Equal("a", "b");
        cluster.TypedExtensionProtocolOptions["b"].Unpack<UpstreamTlsContext>().Sni.Should().Be("c");
    }

    [Theory]
    [InlineData("""{"conect_timeout": "2s"}""", "conect_timeout")]
    [InlineData("""{"eds_cluster_config": {"servicename": "s"}}""", "eds_cluster_config.servicename")]
    [InlineData("""{"eds_cluster_config": 5}""", "eds_cluster_config")]
    [InlineData("""{"transport_socket": {"typed_config": {"snii": "x"}}}""", "transport_socket.typed_config.snii")]
    [InlineData("[]", "")]
    public void A_mistake_is_named_with_its_path(string patch, string path)
    {
        Apply(Sample(), patch).Select(p => p.Path).Should().Equal(path);
    }

    private static ImmutableArray<RawProblem> Apply(Cluster cluster, string patch) => MessageMerge.Apply(cluster, JsonDocument.Parse(patch).RootElement);

    private static Cluster Sample() => new()
    {
        Name = "a",
        Type = Cluster.Types.DiscoveryType.Eds,
        ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
        EdsClusterConfig = new() { EdsConfig = new ConfigSource { Ads = new() } },
        HealthChecks = { new HealthCheck { UnhealthyThreshold = 3 } },
        TransportSocket = new TransportSocket { Name = "tls", TypedConfig = Any.Pack(new UpstreamTlsContext { Sni = "web" }) },
    };
}
