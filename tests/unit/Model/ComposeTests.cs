using XdsServer.Model;
using XdsServer.Tests.Unit.Manifests;

namespace XdsServer.Tests.Unit.Model;

public sealed class ComposeTests
{
    private const string Web = """
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: web, namespace: demo}
        spec:
          ports: [{name: http, port: 80, protocol: http}]
          endpoints: [{address: 127.0.0.1, port: 8080}]
        """;

    [Fact]
    public void A_service_is_joined_with_its_endpoints()
    {
        var model = MeshModel.Compose([ManifestReading.Read(Web)], previous: null);

        var entry = model.ServicesByKey[new ServiceKey("demo", "web")];
        entry.Endpoints.Should().ContainSingle().Which.Endpoints[0].Ports.Should().Contain("http", 8080);
        model.Diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void Unchanged_fragments_give_the_same_entries_and_lists()
    {
        var fragment = ManifestReading.Read(Web);
        var first = MeshModel.Compose([fragment], previous: null);

        var second = MeshModel.Compose([fragment with { Problem = "x" }], first);

        second.Services[0].Should().BeSameAs(first.Services[0]);
        second.Services.Equals(first.Services).Should().BeTrue();
    }
}
