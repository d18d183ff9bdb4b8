using XdsServer.Model;

namespace XdsServer.Tests.Unit.Manifests;

/// <summary>Services and EndpointSlices; the numbers are those of the rules they keep.</summary>
public sealed class KubernetesTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: demo, annotations: {note: "x"}}
        spec:
          clusterIP: 10.96.7.1
          clusterIPs: [10.96.7.1, "fd00::1"]
          ipFamilies: [IPv4, IPv6]
          ports:
          - {name: http, port: 80, targetPort: web}
          - {name: grpc-api, port: 90, targetPort: 9090}
          - {name: dns, port: 53, protocol: UDP}
          - {name: other, port: 91, appProtocol: kubernetes.io/h2c}
        ---

        """;

    [Fact]
    public void K37_ports_are_joined_by_name_and_may_differ_between_slices()
    {
        var read = ManifestReading.Read(Service
            + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1]}")
            + Slice("b", "{name: http, port: 8081}, {name: grpc-api, port: 9090}", "{addresses: [10.0.0.2]}"));

        var endpoints = Endpoints(read);
        endpoints["10.0.0.1"].Ports.Should().BeEquivalentTo(new Dictionary<string, int> { ["http"] = 8080 });
        endpoints["10.0.0.2"].Ports.Should().BeEquivalentTo(new Dictionary<string, int> { ["http"] = 8081, ["grpc-api"] = 9090 });
    }

    [Fact]
    public void K39_K40_protocols_come_from_appProtocol_then_from_the_name_and_udp_is_left_out()
    {
        var read = ManifestReading.Read(Service);

        read.Services[0].Ports.Should().Equal(
            new ServicePort("http", 80, PortProtocol.Http),
            new ServicePort("grpc-api", 90, PortProtocol.Grpc),
            new ServicePort("other", 91, PortProtocol.Http2));
        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == "XDS1304" && found.Severity == Severity.Info);
    }

    [Fact]
    public void K40_the_slices_word_counts_when_the_service_has_none()
    {
        var read = ManifestReading.Read(Service.Replace("grpc-api", "api", StringComparison.Ordinal) + Slice("a", "{name: api, port: 9090, appProtocol: grpc}", "{addresses: [10.0.0.1]}"));

        read.Services[0].Ports.Should().Contain(new ServicePort("api", 90, PortProtocol.Grpc));
    }

    [Fact]
    public void K30_K31_endpoints_of_all_slices_are_united_and_each_address_counts_once()
    {
        var read = ManifestReading.Read(Service
            + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1]}, {addresses: [10.0.0.2], conditions: {ready: false, serving: true, terminating: true}}")
            + Slice("b", "{name: http, port: 8080}", "{addresses: [10.0.0.2]}, {addresses: [10.0.0.3]}"));

        read.Endpoints.Should().ContainSingle();
        Endpoints(read).Keys.Should().Equal("10.0.0.1", "10.0.0.2", "10.0.0.3");
        Endpoints(read)["10.0.0.2"].Health.Should().Be(EndpointHealth.Healthy);
    }

    [Theory]
    [InlineData("", EndpointHealth.Healthy)]
    [InlineData("ready: true", EndpointHealth.Healthy)]
    [InlineData("ready: null", EndpointHealth.Healthy)]
    [InlineData("ready: false, serving: true, terminating: true", EndpointHealth.Draining)]
    [InlineData("ready: true, serving: true, terminating: true", EndpointHealth.Draining)]
    [InlineData("ready: false, terminating: true", EndpointHealth.Draining)]
    public void K32_K33_conditions_decide_what_an_endpoint_gets(string conditions, EndpointHealth health)
    {
        var read = ManifestReading.Read(Service + Slice("a", "{name: http, port: 8080}", $"{{addresses: [10.0.0.1], conditions: {{{conditions}}}}}"));

        Endpoints(read)["10.0.0.1"].Health.Should().Be(health);
    }

    [Theory]
    [InlineData("ready: false")]
    [InlineData("ready: false, serving: false, terminating: true")]
    public void K33_endpoints_that_do_not_serve_are_left_out(string conditions)
    {
        var read = ManifestReading.Read(Service + Slice("a", "{name: http, port: 8080}", $"{{addresses: [10.0.0.1], conditions: {{{conditions}}}}}"));

        Endpoints(read).Should().BeEmpty();
    }

    [Fact]
    public void K35_only_the_first_address_counts_and_other_address_types_are_not_read()
    {
        var read = ManifestReading.Read(Service
            + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1, 10.0.0.9]}")
            + Slice("b", "{name: http, port: 8080}", "{addresses: [web.example.com]}").Replace("IPv4", "FQDN", StringComparison.Ordinal));

        Endpoints(read).Keys.Should().Equal("10.0.0.1");
        read.Diagnostics.Should().Contain(found => found.Code == "XDS1302");
    }

    [Fact]
    public void K36_a_dual_stack_pod_counts_once_by_the_services_first_family()
    {
        var six = Slice("b", "{name: http, port: 8080}", "{addresses: [\"fd00::2\"]}").Replace("IPv4", "IPv6", StringComparison.Ordinal);
        var both = ManifestReading.Read(Service + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1]}") + six);
        var onlySix = ManifestReading.Read(Service + six);

        Endpoints(both).Keys.Should().Equal("10.0.0.1");
        Endpoints(onlySix).Keys.Should().Equal("fd00::2");
    }

    [Fact]
    public void K38_a_slice_port_without_number_means_the_services_target()
    {
        var read = ManifestReading.Read(Service + Slice("a", "{name: grpc-api}", "{addresses: [10.0.0.1]}"));

        Endpoints(read)["10.0.0.1"].Ports.Should().Contain("grpc-api", 9090);
    }

    [Fact]
    public void K41_the_zone_becomes_the_locality()
    {
        var read = ManifestReading.Read(Service + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1], zone: eu-1, nodeName: n1}"));

        Endpoints(read)["10.0.0.1"].Should().Match<Endpoint>(endpoint => endpoint.Locality.Zone == "eu-1" && endpoint.Node == "n1");
    }

    [Theory]
    [InlineData("None")]
    [InlineData("\"\"")]
    public void K44_K47_headless_and_unallocated_services_have_no_address(string clusterIp)
    {
        var read = ManifestReading.Read($"apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{clusterIP: {clusterIp}, ports: [{{port: 5432}}]}}");

        read.Services[0].Addresses.Should().BeEmpty();
        read.Services[0].Ports.Should().Equal(new ServicePort("5432", 5432, PortProtocol.Tcp));
    }

    [Fact]
    public void K37_an_unnamed_port_is_joined_and_named_by_its_number()
    {
        var read = ManifestReading.Read("apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: demo}\nspec: {ports: [{port: 80, targetPort: 8080}]}\n---\n" + Slice("a", "{port: 8080}", "{addresses: [10.0.0.1]}"));

        Endpoints(read)["10.0.0.1"].Ports.Should().Contain("80", 8080);
    }

    [Fact]
    public void K45_external_names_are_not_read()
    {
        var read = ManifestReading.Read("apiVersion: v1\nkind: Service\nmetadata: {name: out}\nspec: {type: ExternalName, externalName: example.com}");

        read.Services.Should().BeEmpty();
        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == "XDS1301" && found.Severity == Severity.Warning);
    }

    [Fact]
    public void K48_a_slice_before_its_service_waits_silently()
    {
        ManifestReading.Read(Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1]}")).Endpoints.Should().BeEmpty();
    }

    [Fact]
    public void K17_bookkeeping_of_the_api_server_changes_no_revision()
    {
        var before = ManifestReading.Read(Service + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1]}"));
        var after = ManifestReading.Read((Service + Slice("a", "{name: http, port: 8080}", "{addresses: [10.0.0.1]}")).Replace("namespace: demo", "namespace: demo, resourceVersion: \"7\", uid: u", StringComparison.Ordinal).Replace("note: \"x\"", "note: \"y\"", StringComparison.Ordinal));

        after.Services[0].Revision.Should().Be(before.Services[0].Revision);
        after.Endpoints[0].Revision.Should().Be(before.Endpoints[0].Revision);
    }

    [Fact]
    public void A_slice_without_service_label_is_reported()
    {
        ManifestReading.Read("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: []\nports: []")
            .Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1303");
    }

    private static string Slice(string name, string ports, string endpoints) => $$"""
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-{{name}}, namespace: demo, labels: {kubernetes.io/service-name: web} }
        addressType: IPv4
        ports: [{{ports}}]
        endpoints: [{{endpoints}}]
        ---

        """;

    private static SortedDictionary<string, Endpoint> Endpoints(MeshFragment fragment) =>
        new(fragment.Endpoints.Single().Endpoints.ToDictionary(endpoint => endpoint.Address), StringComparer.Ordinal);
}
