using System.Globalization;
using System.Text.Json.Nodes;
using XdsServer.Tests.Integration.Harness;
using YamlDotNet.Serialization;

namespace XdsServer.Tests.Integration.Crds;

/// <summary>What a real API server makes of the CRDs in <c>deploy/crds</c>, and of the objects that people will write for them.</summary>
[Collection(SmiClusterCollection.Name)]
public sealed class SmiCrdTests(SmiCluster cluster)
{
    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();

    /// <summary>Kind and version of everything that is served.</summary>
    public static TheoryData<string, string> KindsAndVersions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (kind, _, version, _) in SmiObjects.All)
            {
                data.Add(kind, version);
            }

            return data;
        }
    }

    /// <summary>Objects that must be refused, and what the refusal must say.</summary>
    public static TheoryData<string, string, string, string> Bad => new()
    {
        { "TrafficSplit", "v1alpha4", "spec: {service: web, backends: [{service: a, weight: 1.5}]}", "spec.backends[0].weight in body must be of type integer,string" },
        { "TrafficSplit", "v1alpha2", "spec: {service: web, backends: [{service: a, weight: -1}]}", "a weight is a whole number from 0 to 4294967295" },
        { "TrafficSplit", "v1alpha3", "spec: {service: web, backends: [{service: a, weight: 4294967296}]}", "spec.backends[0].weight: Invalid value: 4294967296: a weight is a whole number" },
        { "TrafficSplit", "v1alpha1", "spec: {service: web, backends: [{service: a, weight: half}]}", "or a quantity in quotes such as \"500m\"" },
        { "TrafficSplit", "v1alpha1", "spec: {service: web, backends: [{service: a, weight: -500m}]}", "spec.backends[0].weight" },
        { "TrafficSplit", "v1alpha4", "spec: {service: web, backends: [{service: a}]}", "spec.backends[0].weight: Required value" },
        { "TrafficSplit", "v1alpha4", "spec: {service: web, backends: [{weight: 1}]}", "spec.backends[0].service: Required value" },
        { "TrafficSplit", "v1alpha4", "spec: {service: web, backends: []}", "spec.backends in body should have at least 1 items" },
        { "TrafficSplit", "v1alpha4", "spec: {service: \"\", backends: [{service: a, weight: 1}]}", "spec.service in body should be at least 1 chars long" },
        { "TrafficSplit", "v1alpha4", "spec: {backends: [{service: a, weight: 1}]}", "spec.service: Required value" },
        { "TrafficSplit", "v1alpha4", "spec: {service: web, matches: [{kind: TCPRoute, name: t}], backends: [{service: a, weight: 1}]}", "supported values: \"HTTPRouteGroup\"" },
        { "TrafficSplit", "v1alpha4", "", "spec: Required value" },
        { "TrafficTarget", "v1alpha3", "spec: {sources: []}", "spec.destination: Required value" },
        { "TrafficTarget", "v1alpha3", "spec: {destination: {kind: Deployment, name: web}}", "supported values: \"ServiceAccount\"" },
        { "TrafficTarget", "v1alpha2", "spec: {destination: {kind: ServiceAccount, name: web, port: 70000}}", "a port is a number from 1 to 65535, or a port's name" },
        { "TrafficTarget", "v1alpha3", "spec: {destination: {kind: ServiceAccount, name: web}, rules: [{kind: GRPCRoute, name: g}]}", "\"HTTPRouteGroup\", \"TCPRoute\", \"UDPRoute\"" },
        { "TrafficTarget", "v1alpha3", "destination: {kind: ServiceAccount, name: web}\nspec: {destination: {kind: ServiceAccount, name: web}}", "in exactly one of the two" },
        { "TrafficTarget", "v1alpha1", "spec: {destination: {kind: ServiceAccount, name: web}}\nsources: [{kind: ServiceAccount, name: client}]", "v1alpha1 and later versions do not mix" },
        { "TrafficTarget", "v1alpha1", "", "in exactly one of the two" },
        { "HTTPRouteGroup", "v1alpha4", "spec: {matches: [{name: m, methods: [FETCH]}]}", "Unsupported value: \"FETCH\"" },
        { "HTTPRouteGroup", "v1alpha4", "spec: {matches: [{pathRegex: /}]}", "spec.matches[0].name: Required value" },
        { "HTTPRouteGroup", "v1alpha4", "spec: {matches: [{name: m}, {name: m}]}", "spec.matches[1]: Duplicate value" },
        { "HTTPRouteGroup", "v1alpha3", "spec: {matches: [{name: m, headers: [{a: b, c: d}]}]}", "spec.matches[0].headers[0]: Too many: 2" },
        { "HTTPRouteGroup", "v1alpha3", "spec: {matches: [{name: m, headers: {a: b}}]}", "spec.matches[0].headers" },
        { "HTTPRouteGroup", "v1alpha2", "spec: {matches: [{name: m}]}\nmatches: [{name: m}]", "in exactly one of the two" },
        { "HTTPRouteGroup", "v1alpha1", "", "in exactly one of the two" },
        { "TCPRoute", "v1alpha4", "spec: {matches: {ports: [80, 70000]}}", "spec.matches.ports[1] in body should be less than or equal to 65535" },
        { "TCPRoute", "v1alpha4", "spec: {matches: {ports: [http]}}", "spec.matches.ports[0] in body must be of type integer" },
        { "UDPRoute", "v1alpha4", "spec: {}", "spec.matches: Required value" },
    };

    [SkippableTheory]
    [MemberData(nameof(KindsAndVersions))]
    public async Task An_object_of_a_version_is_read_back_in_every_served_version_without_loss(string kind, string version)
    {
        var server = await cluster.ServerAsync();
        var (_, resource, _, body) = SmiObjects.All.Single(o => o.Kind == kind && o.Version == version);
        var name = $"whole-{version}";

        await server.CreateAsync(SmiObjects.Manifest(kind, resource, version, name, body));

        foreach (var other in SmiObjects.All.Where(o => o.Kind == kind).Select(o => o.Version))
        {
            var read = JsonNode.Parse(await server.KubectlOkAsync("get", string.Format(CultureInfo.InvariantCulture, resource, other), name, "-n", "default", "-o", "json"))!.AsObject();
            read["apiVersion"]!.GetValue<string>().Should().EndWith("/" + other);
            Content(read).Should().Be(Content(body), "{0} was written as {1} and read as {2}", kind, version, other);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_object_is_refused_with_a_message_that_says_why(string kind, string version, string body, string reason)
    {
        var server = await cluster.ServerAsync();
        var resource = SmiObjects.All.First(o => o.Kind == kind).Resource;

        var refusal = await server.RefusalAsync(SmiObjects.Manifest(kind, resource, version, "bad", body));

        refusal.Should().Contain(reason);
    }

    [SkippableFact]
    public async Task An_object_of_an_old_version_can_be_changed_through_a_new_one()
    {
        var server = await cluster.ServerAsync();
        var (kind, resource, version, body) = SmiObjects.All.Single(o => o.Kind == "TrafficTarget" && o.Version == "v1alpha1");
        await server.CreateAsync(SmiObjects.Manifest(kind, resource, version, "changed", body));

        await server.KubectlOkAsync("annotate", string.Format(CultureInfo.InvariantCulture, resource, "v1alpha3"), "changed", "-n", "default", "seen=yes");

        var port = await server.KubectlOkAsync("get", string.Format(CultureInfo.InvariantCulture, resource, "v1alpha2"), "changed", "-n", "default", "-o", "jsonpath={.destination.port}");
        port.Should().Be("8080", "a port that is lost on the way would allow more than somebody wrote");
    }

    [SkippableFact]
    public async Task Every_version_is_served_under_its_short_name_and_the_category()
    {
        var server = await cluster.ServerAsync();

        foreach (var (group, version) in SmiObjects.All.Select(o => (o.Resource[(o.Resource.IndexOf("{0}.", StringComparison.Ordinal) + 4)..], o.Version)).Distinct())
        {
            var served = JsonNode.Parse(await server.KubectlOkAsync("get", "--raw", $"/apis/{group}/{version}"))!["resources"]!.AsArray();
            served.Should().NotBeEmpty();
            foreach (var kind in served)
            {
                kind!["shortNames"]!.AsArray().Select(n => n!.GetValue<string>()).Should().Equal(ShortName(kind["kind"]!.GetValue<string>()));
                kind["categories"]!.AsArray().Select(n => n!.GetValue<string>()).Should().Equal("smi");
            }
        }
    }

    [SkippableFact]
    public async Task Columns_show_what_an_object_says()
    {
        var server = await cluster.ServerAsync();
        await server.CreateAsync(SmiObjects.Manifest("TrafficSplit", "trafficsplits.{0}.split.smi-spec.io", "v1alpha2", "columns", "spec: {service: web, backends: [{service: web-v1, weight: 7}]}"));

        var wide = await server.KubectlOkAsync("get", "ts", "columns", "-n", "default", "-o", "wide");

        wide.Should().Contain("SERVICE").And.Contain("BACKENDS").And.Contain("""[{"service":"web-v1","weight":7}]""");
    }

    [SkippableFact]
    public async Task No_version_is_kept_back_and_nothing_needs_a_webhook()
    {
        var server = await cluster.ServerAsync();

        var all = JsonNode.Parse(await server.KubectlOkAsync("get", "crd", "-o", "json"))!["items"]!.AsArray();

        all.Should().HaveCount(5);
        foreach (var crd in all)
        {
            crd!["spec"]!["conversion"]!["strategy"]!.GetValue<string>().Should().Be("None");
            crd["spec"]!["versions"]!.AsArray().Should().OnlyContain(v => v!["served"]!.GetValue<bool>());
            crd["status"]!["conditions"]!.AsArray().Should().NotContain(c => c!["type"]!.GetValue<string>() == "NonStructuralSchema");
        }
    }

    private static string ShortName(string kind) => kind switch
    {
        "TrafficSplit" => "ts",
        "TrafficTarget" => "tt",
        "HTTPRouteGroup" => "htr",
        "TCPRoute" => "tr",
        "UDPRoute" => "ur",
        _ => throw new InvalidOperationException($"{kind} is not one of ours."),
    };

    private static string Content(string body) => Content(JsonNode.Parse(Json.Serialize(new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object?>(body) ?? new object()))!.AsObject());

    // Everything but what the API server adds, with sorted keys.
    private static string Content(JsonObject read) =>
        new JsonObject(read.Where(p => p.Key is not ("apiVersion" or "kind" or "metadata")).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))).ToJsonString();

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
