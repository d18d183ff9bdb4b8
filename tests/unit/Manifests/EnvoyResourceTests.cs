using System.Text.Json;
using XdsServer.Model;

namespace XdsServer.Tests.Unit.Manifests;

public sealed class EnvoyResourceTests
{
    [Fact]
    public void Resources_and_patches_are_read()
    {
        var read = Read("""
              selector: {profile: sidecar, service: web}
              resources: [{"@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: x}]
              patches:
              - {target: {type: listener, name: egress}, httpFilter: {before: envoy.filters.http.router}, value: {name: f}}
              - {target: {type: cluster, name: demo/web/http}, merge: {connect_timeout: 2s}}
            """);

        read.Diagnostics.Should().BeEmpty();
        var item = read.EnvoyResources.Should().ContainSingle().Subject;
        (item.Profile, item.Service, item.Namespace).Should().Be(("sidecar", "web", "demo"));
        item.Resources[0].GetProperty("name").GetString().Should().Be("x");
        item.Patches[0].HttpFilter!.Value.GetProperty("name").GetString().Should().Be("f");
        item.Patches[1].Merge!.Value.GetRawText().Should().Be("""{"connect_timeout":"2s"}""");
    }

    [Theory]
    [InlineData("1", JsonValueKind.Number)]
    [InlineData("-1.5e3", JsonValueKind.Number)]
    [InlineData("true", JsonValueKind.True)]
    [InlineData("null", JsonValueKind.Null)]
    [InlineData("\"1\"", JsonValueKind.String)]
    [InlineData("no", JsonValueKind.String)]
    [InlineData("on", JsonValueKind.String)]
    [InlineData("08", JsonValueKind.String)]
    [InlineData("0x10", JsonValueKind.String)]
    [InlineData("1_000", JsonValueKind.String)]
    [InlineData("1.", JsonValueKind.String)]
    public void Plain_values_are_what_JSON_would_say(string written, JsonValueKind kind)
    {
        var read = Read($"  patches: [{{target: {{type: cluster, name: x}}, merge: {{value: {written}}}}}]");

        read.EnvoyResources[0].Patches[0].Merge!.Value.GetProperty("value").ValueKind.Should().Be(kind);
    }

    [Theory]
    [InlineData("  selector: {profile: sidecra}\n  patches: [{target: {type: cluster, name: x}, merge: {a: b}}]", "XDS1205")]
    [InlineData("  selector: web\n  patches: [{target: {type: cluster, name: x}, merge: {a: b}}]", "XDS1202")]
    public void A_selector_that_cannot_be_read_never_comes_to_mean_every_proxy(string spec, string code)
    {
        var read = Read(spec);

        read.EnvoyResources.Should().BeEmpty();
        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be(code);
    }

    [Theory]
    [InlineData("{target: {type: cluster, name: x}}", "XDS1210")]
    [InlineData("{target: {type: clutser, name: x}, merge: {a: b}}", "XDS1205")]
    [InlineData("{merge: {a: b}}", "XDS1203")]
    [InlineData("{target: {type: cluster, name: x}, merge: {a: b}, mrge: {}}", "XDS1201")]
    public void A_bad_patch_is_reported(string patch, string code)
    {
        var read = Read($"  resources: [{{\"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster}}]\n  patches: [{patch}]");

        read.EnvoyResources.Should().ContainSingle();
        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be(code);
    }

    [Fact]
    public void A_resource_without_type_is_left_out()
    {
        var read = Read("  resources: [{name: x}]\n  patches: [{target: {type: cluster, name: x}, merge: {a: b}}]");

        read.EnvoyResources.Should().ContainSingle().Which.Resources.Should().BeEmpty();
        read.Diagnostics.Should().ContainSingle().Which.Field.Should().Be("spec.resources[0].@type");
    }

    [Fact]
    public void A_time_to_live_is_read() =>
        Read("  ttl: 30s\n  resources: [{\"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: x}]")
            .EnvoyResources.Should().ContainSingle().Which.Ttl.Should().Be(TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData("500ms")]
    [InlineData("soon")]
    public void A_time_to_live_that_is_none_is_reported(string ttl)
    {
        var read = Read($"  ttl: {ttl}\n  resources: [{{\"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: x}}]");

        read.EnvoyResources.Should().ContainSingle().Which.Ttl.Should().BeNull();
        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(d => d.Code == "XDS1206" && d.Field == "spec.ttl");
    }

    private static MeshFragment Read(string spec) => ManifestReading.Read(
        $"apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: EnvoyResource\nmetadata: {{name: x, namespace: demo}}\nspec:\n{spec}\n");
}
