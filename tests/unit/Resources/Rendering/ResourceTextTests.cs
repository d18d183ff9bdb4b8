using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Xds.Type.V3;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Resources.Rendering;

public sealed class ResourceTextTests
{
    [Fact]
    public void Yaml_shows_original_names_durations_enums_and_what_is_inside_an_any()
    {
        var cluster = new Cluster
        {
            Name = "demo/web/http",
            Type = Cluster.Types.DiscoveryType.Eds,
            ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(250)),
            EdsClusterConfig = new() { EdsConfig = new ConfigSource { Ads = new(), ResourceApiVersion = ApiVersion.V3 } },
            TransportSocket = new TransportSocket { Name = "envoy.transport_sockets.tls", TypedConfig = Any.Pack(new UpstreamTlsContext { Sni = "web" }) },
        };

        var yaml = ResourceText.Yaml(Resource.Create(ResourceType.Cluster, cluster.Name, cluster, [], []));

        yaml.Should().Be(
            """
            name: demo/web/http
            type: EDS
            eds_cluster_config:
              eds_config:
                ads: {}
                resource_api_version: V3
            connect_timeout: 0.250s
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                sni: web

            """);
    }

    [Fact]
    public void Json_of_a_message_parses_back_to_an_equal_message()
    {
        var cluster = new Cluster
        {
            Name = "a\"b\\c\n",
            PerConnectionBufferLimitBytes = 0,
            IgnoreHealthOnHostRemoval = true,
            Metadata = new Metadata { FilterMetadata = { ["x"] = Struct.Parser.ParseJson("""{"n":1.5,"s":"t","l":[null,true,{}]}""") } },
            LoadAssignment = new() { Policy = new() { EndpointStaleAfter = Duration.FromTimeSpan(TimeSpan.FromSeconds(3)) } },
        };

        var json = ResourceText.Json(cluster);

        new JsonParser(JsonParser.Settings.Default).Parse<Cluster>(json).Should().Be(cluster);
    }

    [Fact]
    public void Key_material_never_shows()
    {
        var secret = new Secret
        {
            Name = "edge",
            TlsCertificate = new TlsCertificate
            {
                CertificateChain = new DataSource { InlineString = "the chain" },
                PrivateKey = new DataSource { InlineBytes = ByteString.CopyFromUtf8("the key") },
            },
        };

        var text = ResourceText.Yaml(secret) + ResourceText.Json(secret);

        text.Should().Contain("the chain").And.Contain("[redacted]").And.NotContain("the key").And.NotContain(secret.TlsCertificate.PrivateKey.InlineBytes.ToBase64());
    }

    [Theory]
    [InlineData("private_key")]
    [InlineData("privateKey")]
    [InlineData("users")]
    public void Sensitive_names_inside_a_TypedStruct_are_hidden_however_deep(string name)
    {
        var typed = new TypedStruct { TypeUrl = "type.googleapis.com/some.Filter", Value = Struct.Parser.ParseJson($$$"""{"a":[{"{{{name}}}":{"inline_string":"the key"}}]}""") };
        var extension = new TypedExtensionConfig { Name = "x", TypedConfig = Any.Pack(typed) };

        ResourceText.Yaml(extension).Should().Contain("[redacted]").And.NotContain("the key");
    }

    [Fact]
    public void An_any_of_an_unknown_type_shows_its_bytes_instead_of_failing()
    {
        var extension = new TypedExtensionConfig { Name = "x", TypedConfig = new Any { TypeUrl = "type.googleapis.com/no.Such", Value = ByteString.CopyFrom(1, 2) } };

        ResourceText.Yaml(extension).Should().Be("name: x\ntyped_config:\n  \"@type\": type.googleapis.com/no.Such\n  value: AQI=\n");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("true", "\"true\"")]
    [InlineData("8080", "\"8080\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("::1", "\"::1\"")]
    [InlineData("*.example.com", "\"*.example.com\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData(" a", "\" a\"")]
    [InlineData("ends:", "\"ends:\"")]
    [InlineData("tab\there", "\"tab\\there\"")]
    [InlineData("one\ntwo\n", "|\n  one\n  two")]
    [InlineData("one\n\ntwo", "|-\n  one\n\n  two")]
    public void Yaml_quotes_exactly_what_would_be_read_differently(string value, string expected)
    {
        ResourceText.Yaml(new Cluster { Name = value }).Should().Be($"name: {expected}\n");
    }

    [Fact]
    public void Lists_render_in_the_order_given_with_types_on_demand()
    {
        var resources = "b,a".Split(',').Select(n => Resource.Create(ResourceType.Cluster, n, new Cluster { Name = n }, [], []));

        ResourceText.Yaml(resources, withType: true).Should().Be(
            """
            - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
              name: b
            - "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
              name: a

            """);
        ResourceText.Yaml([]).Should().Be("[]\n");
    }
}
