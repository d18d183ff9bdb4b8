using System.Text.Json;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

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

    // Proxies do not enforce targets yet, so what a rule without matches means can be seen in the model alone; in traffic it must mean nothing.
    [SkippableTheory]
    [Versions]
    public async Task Row_13_A_rule_without_matches_grants_all_of_the_group_and_changes_no_traffic(string version)
    {
        var (envoy, port) = await SidecarOfAsync(version, await ServicesAsync("http", "web", "v2") + Group("group", "{name: read, methods: [GET], pathRegex: /read}, {name: write, methods: [POST], pathRegex: /write}"));
        var before = await UpdatesAsync(envoy);

        Mesh.Write("target.yaml", "{apiVersion: access.smi-spec.io/v1alpha3, kind: TrafficTarget, metadata: {name: t, namespace: demo}, spec: {destination: {kind: ServiceAccount, name: web}, sources: [{kind: ServiceAccount, name: nobody, namespace: demo}], rules: [{kind: HTTPRouteGroup, name: group}]}}");

        using var client = new HttpClient();
        var rules = default(JsonElement);
        await Eventually.HoldsAsync("an access rule", async stop => (rules = JsonDocument.Parse(await client.GetStringAsync($"http://{ControlPlane.AdminAddress}/api/v1/model", stop)).RootElement.GetProperty("accessRules")).GetArrayLength() == 1);
        var grant = rules[0].GetProperty("grants").EnumerateArray().Single();
        grant.GetProperty("matches").EnumerateArray().Select(m => $"{m.GetProperty("method").GetString()} {m.GetProperty("path").GetProperty("value").GetString()}").Should().Equal("GET /read", "POST /write");
        foreach (var path in (string[])["/read", "/write", "/other"])
        {
            (await Shares.OfRequestsAsync(port, "web", 100, path)).ShouldBe(("web", 1));
        }

        // What comes after the target has come, and nothing came for the target itself.
        await ChangeRoutesAsync(envoy, "split.yaml", Split("web", "v2: 1"));
        (await UpdatesAsync(envoy)).Should().Be(before + 1);
    }

    private static async Task<long> UpdatesAsync(EnvoyProcess envoy) => (await envoy.StatsAsync(@"\.(rds\.egress|rds\.inbound|lds|cds)\.update_success$|^listener_manager\.lds\.update_success$|^cluster_manager\.cds\.update_success$")).Values.Sum();
}
