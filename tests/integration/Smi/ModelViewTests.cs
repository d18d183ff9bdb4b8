using System.Text.Json;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>What the admin API tells of splits and traffic targets.</summary>
public sealed class ModelViewTests : SmiMesh
{
    [Fact]
    public async Task The_model_shows_what_shapes_a_service_and_why_something_does_not()
    {
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", 1) + Manifests.Service("v2", 80, "http", 2) + Group("group", "{name: a}") + Split("web", "v2: 1", name: "good", more: ByGroup) + Split("gone", "v2: 1", name: "waits"));
        Mesh.Write("target.yaml", "{apiVersion: access.smi-spec.io/v1alpha3, kind: TrafficTarget, metadata: {name: t, namespace: demo}, spec: {destination: {kind: ServiceAccount, name: web}, sources: [{kind: ServiceAccount, name: shop, namespace: demo}], rules: [{kind: HTTPRouteGroup, name: group}]}}");
        await ServeAsync();
        using var client = new HttpClient();
        var model = default(JsonElement);
        await Eventually.HoldsAsync("a model", async stop => (model = JsonDocument.Parse(await client.GetStringAsync($"http://{ControlPlane.AdminAddress}/api/v1/model", stop)).RootElement).GetProperty("services").GetArrayLength() == 2);

        var web = model.GetProperty("services").EnumerateArray().Single(s => s.GetProperty("key").GetProperty("name").GetString() == "web");
        var shape = web.GetProperty("shapedBy").EnumerateArray().Single();
        shape.GetProperty("object").GetProperty("name").GetString().Should().Be("good");
        shape.GetProperty("through")[0].GetProperty("kind").GetString().Should().Be("HTTPRouteGroup");
        model.GetProperty("splits").EnumerateArray().Select(s => (s.GetProperty("state").GetString(), s.GetProperty("notes").GetArrayLength())).Should().Equal(("Applied", 0), ("Waiting", 1));
        model.GetProperty("accessRules")[0].GetProperty("grants")[0].GetProperty("transport").GetString().Should().Be("Http");
    }
}
