using System.Text;
using XdsServer.Model;

namespace XdsServer.Tests.Unit.Manifests;

public sealed class TextFormTests
{
    private const string Web = """
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: web}
        spec: {ports: [{port: 80}]}

        """;

    private const string WebAsJson = """{"apiVersion": "mesh.xdscontrolplane.dev/v1alpha1", "kind": "MeshService", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}""";

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_do_no_harm()
    {
        byte[] text = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"---\n{Web}---\n{Web.Replace("web", "api", StringComparison.Ordinal)}".ReplaceLineEndings("\r\n"))];

        var read = ManifestReading.Read(text);

        read.Diagnostics.Should().BeEmpty();
        read.Services.Select(service => service.Key.Name).Should().Equal("api", "web");
        read.Services[0].Location!.Line.Should().BeGreaterThan(read.Services[1].Location!.Line - 10);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# nothing\n")]
    [InlineData("---\n---\n# nothing\n...\n")]
    [InlineData("%YAML 1.2\n---\n")]
    public void Texts_without_objects_are_no_error(string text)
    {
        ManifestReading.Read(text).Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Directives_and_document_ends_are_understood()
    {
        var read = ManifestReading.Read($"%YAML 1.2\n---\n{Web}...\n%YAML 1.2\n---\n{Web.Replace("web", "api", StringComparison.Ordinal)}");

        read.Diagnostics.Should().BeEmpty();
        read.Services.Should().HaveCount(2);
    }

    [Fact]
    public void Yaml_and_json_say_the_same()
    {
        var yaml = ManifestReading.Read(Web).Services.Should().ContainSingle().Subject;
        var json = ManifestReading.Read(WebAsJson, "web.json").Services.Should().ContainSingle().Subject;

        json.Ports.Should().Equal(yaml.Ports);
        json.Key.Should().Be(yaml.Key);
    }

    [Fact]
    public void Lists_hold_objects()
    {
        var read = ManifestReading.Read($"{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{WebAsJson}, {WebAsJson.Replace("web", "api", StringComparison.Ordinal)}]}}", "all.json");

        read.Diagnostics.Should().BeEmpty();
        read.Services.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("on")]
    [InlineData("y")]
    [InlineData("1.10")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("08")]
    [InlineData("1_000")]
    [InlineData("true")]
    public void Plain_words_stay_what_was_written_where_a_text_is_wanted(string word)
    {
        var read = ManifestReading.Read(Web.Replace("name: web", $"name: web, labels: {{version: {word}}}", StringComparison.Ordinal));

        read.Diagnostics.Should().BeEmpty();
        read.Services[0].Labels["version"].Should().Be(word);
    }

    [Fact]
    public void Comments_and_positions_do_not_change_a_revision()
    {
        var plain = ManifestReading.Read(Web).Services[0];
        var commented = ManifestReading.Read($"# a\n# b\n---\n# c\n{Web}# d\n").Services[0];

        commented.Revision.Should().Be(plain.Revision);
    }

    [Fact]
    public void A_changed_endpoint_leaves_the_revision_of_its_service_alone()
    {
        var one = ManifestReading.Read(Web.Replace("]}\n", "], endpoints: [{address: 10.0.0.1}]}\n", StringComparison.Ordinal));
        var two = ManifestReading.Read(Web.Replace("]}\n", "], endpoints: [{address: 10.0.0.2}]}\n", StringComparison.Ordinal));

        two.Services[0].Revision.Should().Be(one.Services[0].Revision);
        two.Endpoints[0].Revision.Should().NotBe(one.Endpoints[0].Revision);
    }

    [Fact]
    public void Endpoints_without_ports_listen_on_the_service_port()
    {
        var read = ManifestReading.Read(Web.Replace("]}\n", "], endpoints: [{address: 10.0.0.1}, {address: \"unix:///run/web.sock\"}]}\n", StringComparison.Ordinal));

        read.Endpoints[0].Endpoints[0].Ports.Should().Contain("80", 80);
        read.Endpoints[0].Endpoints[1].Should().Match<Endpoint>(endpoint => endpoint.IsUnixSocket && endpoint.Ports.IsEmpty);
    }

    [Fact]
    public void Host_names_are_endpoints_of_a_dns_service()
    {
        var read = ManifestReading.Read(Web.Replace("]}\n", "], resolution: dns, endpoints: [{address: Backend.Example.com, port: 8080}]}\n", StringComparison.Ordinal));

        read.Diagnostics.Should().BeEmpty();
        read.Endpoints[0].Endpoints[0].Address.Should().Be("backend.example.com");
    }
}
