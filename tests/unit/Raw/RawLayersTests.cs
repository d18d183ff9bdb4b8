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

    private static MeshModel Model(params ImmutableArray<EnvoyResource> resources)
    {
        var fragment = new MeshFragment { Source = "test", IsSynced = true, Services = [Service], EnvoyResources = resources };
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
