using System.Text;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Tests.Unit.Manifests;

/// <summary>Every bad input costs only what is at fault, and says what to do.</summary>
public sealed class BadInputTests
{
    private const string Good = """
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: good, namespace: demo}
        spec: {ports: [{port: 80}]}
        """;

    public static TheoryData<string, string, string> BrokenDocuments => new()
    {
        { "XDS1004", "kind: [a, b", "" },
        { "XDS1004", "a: b: c", "" },
        { "XDS1004", "apiVersion: [v1\nkind: {", "" },
        { "XDS1004", "kind: *nowhere", "" },
        { "XDS1004", "a: &a [*a]", "" },
        { "XDS1004", "kind: !magic x", "" },
        { "XDS1004", "? [a, b]\n: c", "" },
        { "XDS1005", "kind: a\nkind: b", "" },
        { "XDS1006", new string('[', 70) + new string(']', 70), "" },
        { "XDS1101", "- a\n- b", "" },
        { "XDS1101", "just text", "" },
        { "XDS1102", "kind: MeshService", "" },
        { "XDS1102", "apiVersion: v1", "" },
        { "XDS1103", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshServce\nmetadata: {name: x}", "kind" },
        { "XDS1105", "apiVersion: mesh.xdscontrolplane.dev/v1\nkind: MeshService\nmetadata: {name: x}", "apiVersion" },
        { "XDS1203", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService", "metadata" },
        { "XDS1203", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService\nmetadata: {}", "metadata.name" },
        { "XDS1106", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService\nmetadata: {name: a/b}", "metadata.name" },
        { "XDS1106", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService\nmetadata: {name: \"a\\0b\"}", "metadata.name" },
        { "XDS1106", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService\nmetadata: {name: x, namespace: a.b}", "metadata.namespace" },
        { "XDS1203", "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService\nmetadata: {name: x}", "spec" },
    };

    public static TheoryData<string, string, string> BadFields => new()
    {
        { "XDS1201", "ports: [{port: 80}]\nendpiont: []", "spec.endpiont" },
        { "XDS1201", "ports: [{port: 80, prot: http}]", "spec.ports[0].prot" },
        { "XDS1202", "ports: [{port: 80}]\nhosts: web", "spec.hosts" },
        { "XDS1202", "ports: [{port: 80}, {port: {a: b}}]", "spec.ports[1].port" },
        { "XDS1202", "ports: [{port: 80}, eighty]", "spec.ports[1]" },
        { "XDS1202", "ports: [{port: 80}, {port: 1e3}]", "spec.ports[1].port" },
        { "XDS1202", "ports: [{port: 80}, {port: 0x10}]", "spec.ports[1].port" },
        { "XDS1202", "ports: [{port: 80}, {port: 08}]", "spec.ports[1].port" },
        { "XDS1202", "ports: [{port: 80}, {port: 1_000}]", "spec.ports[1].port" },
        { "XDS1202", "ports: [{port: 80}, {port: 80.5}]", "spec.ports[1].port" },
        { "XDS1204", "ports: [{port: 80}, {port: 0}]", "spec.ports[1].port" },
        { "XDS1204", "ports: [{port: 80}, {port: -1}]", "spec.ports[1].port" },
        { "XDS1204", "ports: [{port: 80}, {port: 65536}]", "spec.ports[1].port" },
        { "XDS1204", "ports: [{port: 80}, {port: 99999999999999999999}]", "spec.ports[1].port" },
        { "XDS1203", "ports: [{port: 80}, {name: x}]", "spec.ports[1].port" },
        { "XDS1205", "ports: [{port: 80}, {port: 81, protocol: htp}]", "spec.ports[1].protocol" },
        { "XDS1207", "ports: [{port: 80}, {port: 80, name: other}]", "spec.ports[1]" },
        { "XDS1207", "ports: [{port: 80, name: a}, {port: 81, name: A}]", "spec.ports[1]" },
        { "XDS1106", "ports: [{port: 80}, {port: 81, name: a/b}]", "spec.ports[1].name" },
        { "XDS1206", "ports: [{port: 80}]\nhosts: [\"we b\"]", "spec.hosts[0]" },
        { "XDS1206", "ports: [{port: 80}]\nhosts: [\"*\"]", "spec.hosts[0]" },
        { "XDS1206", "ports: [{port: 80}]\naddresses: [10.0.0.256]", "spec.addresses[0]" },
        { "XDS1206", "ports: [{port: 80}]\naddresses: [\"1\"]", "spec.addresses[0]" },
        { "XDS1206", "ports: [{port: 80}]\nendpoints: [{address: backend.example.com}]", "spec.endpoints[0].address" },
        { "XDS1206", "ports: [{port: 80}]\nendpoints: [{address: \"127.0.0.1:80\"}]", "spec.endpoints[0].address" },
        { "XDS1206", "ports: [{port: 80}]\nendpoints: [{address: 0.0.0.0}]", "spec.endpoints[0].address" },
        { "XDS1204", "ports: [{port: 80}]\nendpoints: [{address: 127.0.0.1, weight: 0}]", "spec.endpoints[0].weight" },
        { "XDS1204", "ports: [{port: 80}]\nendpoints: [{address: 127.0.0.1, priority: 128}]", "spec.endpoints[0].priority" },
        { "XDS1205", "ports: [{port: 80}]\nendpoints: [{address: 127.0.0.1, health: sick}]", "spec.endpoints[0].health" },
        { "XDS1208", "ports: [{port: 80, name: http}]\nendpoints: [{address: 127.0.0.1, ports: {htp: 8080}}]", "spec.endpoints[0].ports.htp" },
        { "XDS1207", "ports: [{port: 80}]\nendpoints: [{address: 127.0.0.1}, {address: 127.0.0.1}]", "spec.endpoints[1]" },
        { "XDS1206", "ports: [{port: 80}]\nendpoints: [{address: 127.0.0.1, identity: web}]", "spec.endpoints[0].identity" },
    };

    [Theory]
    [MemberData(nameof(BrokenDocuments))]
    public void A_broken_document_is_reported_and_costs_no_other(string code, string document, string field)
    {
        var read = ManifestReading.Read($"{Good}\n---\n{document}\n---\n{Good.Replace("good", "better", StringComparison.Ordinal)}");

        read.Services.Select(service => service.Key.Name).Should().Equal("better", "good");
        var diagnostic = read.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Code.Should().Be(code);
        diagnostic.Field.Should().Be(field);
        diagnostic.Severity.Should().Be(Severity.Error);
        diagnostic.Location!.Line.Should().BeGreaterThan(4);
        diagnostic.Remedy.Should().NotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public void A_bad_field_is_reported_with_its_path_and_costs_no_more_than_its_part(string code, string spec, string field)
    {
        var indented = spec.Replace("\n", "\n  ", StringComparison.Ordinal);

        var read = ManifestReading.Read($"apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshService\nmetadata: {{name: web}}\nspec:\n  {indented}\n");

        read.Services.Should().ContainSingle().Which.Ports[0].Port.Should().Be(80);
        var diagnostic = read.Diagnostics.Should().ContainSingle().Subject;
        diagnostic.Code.Should().Be(code);
        diagnostic.Field.Should().Be(field);
        diagnostic.Object.Should().Be(new ObjectRef("MeshService", "default", "web", "files"));
        diagnostic.Location!.Line.Should().BeGreaterThan(4);
        diagnostic.Remedy.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("endpiont", "Did you mean 'endpoints'?")]
    [InlineData("prots", "Did you mean 'ports'?")]
    public void An_unknown_field_names_the_nearest_known_one(string written, string remedy)
    {
        var read = ManifestReading.Read($"{Good.TrimEnd('}')}, {written}: []}}");

        read.Diagnostics.Should().ContainSingle().Which.Remedy.Should().Be(remedy);
    }

    [Fact]
    public void Kinds_of_others_are_left_alone_with_a_warning()
    {
        var read = ManifestReading.Read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}");

        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == "XDS1104" && found.Severity == Severity.Warning);
    }

    [Fact]
    public void Aliases_that_stand_for_too_much_are_refused_before_they_are_written_out()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 12; level++)
        {
            bomb.Append($"a{level}: &a{level} [").AppendJoin(", ", Enumerable.Repeat($"*a{level - 1}", 10)).Append("]\n");
        }

        var read = ManifestReading.Read($"{Good}\n---\n{bomb}");

        read.Services.Should().ContainSingle();
        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1006");
    }

    [Fact]
    public void Anchors_and_aliases_are_understood()
    {
        var read = ManifestReading.Read("""
            apiVersion: mesh.xdscontrolplane.dev/v1alpha1
            kind: MeshService
            metadata: {name: web}
            spec:
              ports: [{port: 80}]
              endpoints:
              - {address: 10.0.0.1, locality: &here {zone: eu-1}}
              - {address: 10.0.0.2, locality: *here}
            """);

        read.Diagnostics.Should().BeEmpty();
        read.Endpoints[0].Endpoints.Should().OnlyContain(endpoint => endpoint.Locality.Zone == "eu-1");
    }

    [Fact]
    public void A_text_that_is_not_utf8_is_reported_where_it_stops_being_so()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes("kind: x\nname: b"), 0xff, .. Encoding.UTF8.GetBytes("d\n")];

        var diagnostic = ManifestReading.Read(text).Diagnostics.Should().ContainSingle().Subject;

        diagnostic.Code.Should().Be("XDS1003");
        diagnostic.Location.Should().Be(new SourceLocation("mesh.yaml", 2, 8));
    }

    [Fact]
    public void A_file_above_the_limit_is_not_parsed()
    {
        var read = ManifestReading.Read(new byte[1025], limits: ManifestLimits.Default with { MaxFileBytes = 1024 });

        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1002");
    }

    [Fact]
    public void More_documents_than_the_limit_are_refused()
    {
        var read = ManifestReading.Read(Encoding.UTF8.GetBytes("--- a\n--- b\n--- c\n"), limits: ManifestLimits.Default with { MaxDocuments = 2 });

        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1006");
    }

    [Theory]
    [InlineData("{\"kind\": \"x\",}", "XDS1004")]
    [InlineData("{\"kind\": \"x\" /* y */}", "XDS1004")]
    [InlineData("{\"kind\": \"x\"} {}", "XDS1004")]
    [InlineData("{\"kind\":", "XDS1004")]
    [InlineData("{\"kind\": \"x\", \"kind\": \"y\"}", "XDS1005")]
    [InlineData("[]", "XDS1101")]
    public void Bad_json_is_reported(string text, string code)
    {
        ManifestReading.Read(text, "mesh.json").Diagnostics.Should().ContainSingle().Which.Code.Should().Be(code);
    }

    [Fact]
    public void Deep_json_is_reported()
    {
        ManifestReading.Read(new string('[', 100_000), "mesh.json").Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1004");
    }

    [Fact]
    public void A_thousand_broken_documents_give_a_thousand_diagnostics_and_nothing_else_happens()
    {
        var read = ManifestReading.Read(string.Concat(Enumerable.Repeat("---\nkind: [\n", 1000)));

        read.Diagnostics.Should().HaveCount(1000).And.OnlyContain(diagnostic => diagnostic.Code == "XDS1004");
        read.Diagnostics.Select(diagnostic => diagnostic.Location!.Line).Should().OnlyHaveUniqueItems();
    }
}
