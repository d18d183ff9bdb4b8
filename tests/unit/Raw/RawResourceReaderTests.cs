using System.Text.Json;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Xds.Type.V3;
using XdsServer.Translators.Raw;

namespace XdsServer.Tests.Unit.Raw;

public sealed class RawResourceReaderTests
{
    private const string ClusterType = "\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\"";

    [Fact]
    public void A_resource_is_read_by_original_and_by_JSON_names()
    {
        var (resource, problems) = Read($$"""{ {{ClusterType}}, "name": "ext", "connectTimeout": "2s", "load_assignment": {"cluster_name": "ext"} }""");

        problems.Should().BeEmpty();
        resource!.Name.Should().Be("ext");
        ((Cluster)resource.Message).ConnectTimeout.Seconds.Should().Be(2);
    }

    [Theory]
    [InlineData("""{"name": "x"}""", "@type", "does not say its type")]
    [InlineData("""{"@type": "type.googleapis.com/envoy.config.cluster.v3.Clutser", "name": "x"}""", "@type", "Did you mean 'envoy.config.cluster.v3.Cluster'?")]
    [InlineData("[1]", "@type", "does not say its type")]
    public void An_unusable_type_is_named(string json, string path, string words) => Single(json, path, words);

    [Theory]
    [InlineData("""{ {T} }""", "name", "no name")]
    [InlineData("""{ {T}, "name": 5 }""", "name", "Expected text, found 5")]
    [InlineData("""{ {T}, "name": "x", "conect_timeout": "5s" }""", "conect_timeout", "Did you mean 'connect_timeout'?")]
    [InlineData("""{ {T}, "name": "x", "connect_timeout": 5 }""", "connect_timeout", "Expected a duration, found 5.")]
    [InlineData("""{ {T}, "name": "x", "connect_timeout": "5ms" }""", "connect_timeout", "Write seconds with an s")]
    [InlineData("""{ {T}, "name": "x", "connect_timeout": "0s" }""", "connect_timeout", "must be greater than 0s")]
    [InlineData("""{ {T}, "name": "x", "type": "EDSS" }""", "type", "Did you mean 'EDS'?")]
    [InlineData("""{ {T}, "name": "x", "load_assignment": [] }""", "load_assignment", "Expected an object, found a list")]
    [InlineData("""{ {T}, "name": "x", "health_checks": {} }""", "health_checks", "Expected a list, found an object")]
    [InlineData("""{ {T}, "name": "x", "per_connection_buffer_limit_bytes": -1 }""", "per_connection_buffer_limit_bytes", "not negative")]
    [InlineData("""{ {T}, "name": "x", "connect_timeout": "5s", "connectTimeout": "6s" }""", "connectTimeout", "set twice")]
    [InlineData("""{ {T}, "name": "x", "transport_socket": {"name": "t", "typed_config": {"name": 1}} }""", "transport_socket.typed_config", "no @type")]
    [InlineData("""{ {T}, "name": "x", "transport_socket": {"name": "t", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContex"}} }""", "transport_socket.typed_config", "Did you mean 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'?")]
    [InlineData("""{ {T}, "name": "x", "load_assignment": {"cluster_name": "x", "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address": {"address": "::1", "port_value": 99999}}}}]}]} }""", "load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value", "must be at most 65535")]
    public void A_mistake_is_named_with_its_path_and_a_remedy(string json, string path, string words) => Single(json.Replace("{T}", ClusterType, StringComparison.Ordinal), path, words);

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var (_, problems) = Read($$"""{ {{ClusterType}}, "nam": "x", "type": 7.5, "lb_policy": "NO" }""");

        problems.Select(p => p.Path).Should().Equal("nam", "type", "lb_policy");
    }

    [Fact]
    public void A_typed_config_of_a_type_that_is_not_compiled_is_carried_as_a_TypedStruct()
    {
        var (resource, _) = Read(
            """
            {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "l", "filter_chains": [{"filters": [
              {"name": "hcm", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                "stat_prefix": "s", "rds": {"route_config_name": "r", "config_source": {"ads": {}}},
                "http_filters": [{"name": "lua", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua", "default_source_code": {"inline_string": "x"}}}]}}]}]}
            """);

        var http = ((Listener)resource!.Message).FilterChains[0].Filters[0].TypedConfig.Unpack<HttpConnectionManager>();
        var lua = http.HttpFilters[0].TypedConfig.Unpack<TypedStruct>();
        lua.TypeUrl.Should().Be("type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua");
        lua.Value.Fields["default_source_code"].StructValue.Fields["inline_string"].StringValue.Should().Be("x");
    }

    [Fact]
    public void Map_entries_are_sorted_so_that_equal_content_has_equal_bytes()
    {
        const string Template = """{ {T}, "name": "x", "metadata": {"filter_metadata": { {E} }} }""";
        var one = Read(Template.Replace("{T}", ClusterType, StringComparison.Ordinal).Replace("{E}", "\"a\": {}, \"b\": {}", StringComparison.Ordinal));
        var two = Read(Template.Replace("{T}", ClusterType, StringComparison.Ordinal).Replace("{E}", "\"b\": {}, \"a\": {}", StringComparison.Ordinal));

        Google.Protobuf.MessageExtensions.ToByteArray(one.Resource!.Message).Should().Equal(Google.Protobuf.MessageExtensions.ToByteArray(two.Resource!.Message));
    }

    private static void Single(string json, string path, string words)
    {
        var (resource, problems) = Read(json);

        resource.Should().BeNull();
        problems.Should().ContainSingle();
        problems[0].Path.Should().Be(path);
        $"{problems[0].Message} {problems[0].Remedy}".Should().Contain(words);
    }

    private static (RawResource? Resource, System.Collections.Immutable.ImmutableArray<RawProblem> Problems) Read(string json) =>
        RawResourceReader.Read(JsonDocument.Parse(json).RootElement);
}
