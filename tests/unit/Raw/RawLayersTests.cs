using System.Collections.Immutable;
using System.Text.Json;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.Raw;

/// <summary>Who shares layers with whom when raw resources and patches are about.</summary>
public sealed class RawLayersTests
{
    private static readonly ProxyGroupKey Demo = new(ProxyProfile.Sidecar, "demo", "", 15001, 15006, "");
    private static readonly ProxyGroupKey Other = new(ProxyProfile.Sidecar, "other", "", 15001, 15006, "");

    private static readonly MeshService Service = new()
    {
        Ref = new ObjectRef("MeshService", "demo", "web", "test"),
        Revision = "1",
        Key = new ServiceKey("demo", "web"),
        Ports = [new ServicePort("http", 80, PortProtocol.Http)],
    };

    [Fact]
    public void Groups_that_no_object_selects_keep_the_shared_mesh_layer()
    {
        var plain = MeshTranslator.Translate(Model(), [Demo, Other], previous: null);

        var patched = MeshTranslator.Translate(Model(Patch("demo")), [Demo, Other], plain);

        patched.Snapshots[Other].Should().BeSameAs(plain.Snapshots[Other]);
        patched.Snapshots[Demo].Layers[0].Should().NotBeSameAs(patched.Snapshots[Other].Layers[0]);
    }

    [Fact]
    public void Groups_with_the_same_selection_share_the_patched_layer()
    {
        var patched = MeshTranslator.Translate(Model(Patch("mesh-system")), [Demo, Other], previous: null);

        patched.Snapshots[Demo].Layers[0].Should().BeSameAs(patched.Snapshots[Other].Layers[0]);
        patched.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void The_same_model_again_gives_the_same_snapshot_again()
    {
        var model = Model(Patch("demo"));
        var first = MeshTranslator.Translate(model, [Demo], previous: null);

        MeshTranslator.Translate(model, [Demo], first).Snapshots[Demo].Should().BeSameAs(first.Snapshots[Demo]);
    }

    [Fact]
    public void A_patch_whose_proxies_are_not_connected_is_no_mistake()
    {
        MeshTranslator.Translate(Model(Patch("demo")), [Other], previous: null).Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void A_name_that_the_proxies_are_not_served_is_reported_once_with_who_they_are()
    {
        var object_ = Raw("mesh-system", Route("demo/web/http", "demo/gone/http"));

        var reports = MeshTranslator.Translate(Model(object_), [Demo, Other], previous: null).Diagnostics;

        var report = reports.Should().ContainSingle().Subject;
        (report.Code, report.Severity, report.Object, report.Field).Should().Be(("XDS3106", Severity.Warning, object_.Ref, "spec.resources"));
        report.Message.Should().Contain("rds 'mine' names cds 'demo/gone/http'").And.Contain("sidecar demo/* :15001/:15006 and 1 more").And.Contain("503");
    }

    [Fact]
    public void A_patch_that_names_what_is_not_there_is_reported_until_it_is()
    {
        var patch = Patch("demo") with { Patches = [new EnvoyPatch { TargetType = "cluster", TargetName = "demo/web/http", Merge = JsonDocument.Parse("""{"eds_cluster_config": {"service_name": "demo/gone/http"}}""").RootElement }] };
        var gone = Service with { Ref = new ObjectRef("MeshService", "demo", "gone", "test"), Key = new ServiceKey("demo", "gone") };

        var before = MeshTranslator.Translate(Model(patch), [Demo], previous: null);
        var after = MeshTranslator.Translate(Model([Service, gone], patch), [Demo], before);
        var again = MeshTranslator.Translate(Model(patch), [Demo], after);

        before.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(d => d.Code == "XDS3106" && d.Field == "spec.patches[0]" && d.Message.Contains("eds 'demo/gone/http'"));
        after.Diagnostics.Should().BeEmpty();
        again.Diagnostics.Should().Equal(before.Diagnostics);
    }

    private static EnvoyResource Raw(string fromNamespace, params ImmutableArray<string> resources) => new()
    {
        Ref = new ObjectRef("EnvoyResource", fromNamespace, "r", "test"),
        Revision = "1",
        Namespace = fromNamespace,
        Resources = [.. resources.Select(r => JsonDocument.Parse(r).RootElement)],
    };

    private static string Route(params string[] clusters) =>
        $$"""
        {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "mine", "virtual_hosts": [{{string.Join(',', clusters.Select(HostOf))}} ]}
        """;

    private static string HostOf(string cluster, int i) =>
        $$"""
        {"name": "h{{i}}", "domains": ["h{{i}}"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "{{cluster}}"} }] }
        """;

    private static MeshModel Model(params ImmutableArray<EnvoyResource> resources) => Model([Service], resources);

    private static MeshModel Model(ImmutableArray<MeshService> services, params ImmutableArray<EnvoyResource> resources)
    {
        var fragment = new MeshFragment { Source = "test", IsSynced = true, Services = services, EnvoyResources = resources };
        return MeshModel.Compose([fragment], previous: null);
    }

    private static EnvoyResource Patch(string fromNamespace) => new()
    {
        Ref = new ObjectRef("EnvoyResource", fromNamespace, "p", "test"),
        Revision = "1",
        Namespace = fromNamespace,
        Patches = [new EnvoyPatch { TargetType = "cluster", TargetName = "demo/web/http", Merge = JsonDocument.Parse("""{"connect_timeout": "2s"}""").RootElement }],
    };
}
