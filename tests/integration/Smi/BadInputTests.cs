using System.Text.Json;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>
/// Everything at once that people get wrong, from the file to the requests: each object at fault has a diagnostic with its field and a
/// remedy, only it is left out, and a split beside it works.
/// </summary>
public sealed class BadInputTests : SmiMesh
{
    private const int All = 100;

    // Object, manifest, and what is expected: code, field, and who answers for the root 'NAME-root', whose own endpoint is 'root'.
    private static readonly Case[] Cases =
    [
        new("unknown-version", Split("unknown-version-root", "one: 1", "unknown-version").Replace("v1alpha4", "v1alpha9", StringComparison.Ordinal), "XDS1105", "apiVersion", "root"),
        new("weight-text", Split("weight-text-root", "one: many", "weight-text"), "XDS1501", "spec.backends[0].weight", "root"),
        new("weight-number-as-text", Split("weight-number-as-text-root", "one: '1'", "weight-number-as-text"), "XDS1502", "spec.backends[0].weight", "one"),
        new("weight-fraction", Split("weight-fraction-root", "one: 0.5, two: 1", "weight-fraction"), "XDS1501", "spec.backends[0].weight", "root"),
        new("weight-negative", Split("weight-negative-root", "two: 1, one: -1", "weight-negative"), "XDS1501", "spec.backends[1].weight", "root"),
        new("weight-large", Split("weight-large-root", "one: 2147483649", "weight-large"), "XDS1501", "spec.backends[0].weight", "root"),
        new("weight-zero", Split("weight-zero-root", "one: 0, two: 0", "weight-zero"), "XDS1504", "spec.backends", "503"),
        new("twice", Split("twice-root", "one: 1, one: 2", "twice"), "XDS1503", "spec.backends[1]", "one"),
        new("own-backend", Split("own-backend-root", "own-backend-root: 1", "own-backend"), "XDS2108", "spec.backends[0]", "root"),
        new("circle", Split("circle-root", "circle-other: 1", "circle") + Split("circle-other", "circle-root: 1", "circle-other"), "XDS2109", "spec.backends[0]", "one"),
        new("no-group", Split("no-group-root", "one: 1", "no-group", "  matches: [{kind: HTTPRouteGroup, name: nowhere}]"), "XDS2106", "spec.matches", "root"),
        new("no-backend", Split("no-backend-root", "gone: 1, one: 1", "no-backend"), "XDS2103", "spec.backends[0]", "one"),
        new("no-root", Split("Unknown-root", "one: 1", "no-root"), "XDS2102", "spec.service", "root"),
        new("no-backends", "{apiVersion: split.smi-spec.io/v1alpha4, kind: TrafficSplit, metadata: {name: no-backends, namespace: demo}, spec: {service: no-backends-root, backends: []}}\n---\n", "XDS1203", "spec.backends", "root"),
        new("other-case", Split("Other-Case-root", "one: 1", "other-case"), "XDS2102", "spec.service", "root"),
        new("second", Split("second-root", "one: 1", "first") + Split("second-root", "two: 1", "second"), "XDS2107", "spec.service", "one"),
        new("foreign", Split("foreign-root.other.svc", "one: 1", "foreign"), "XDS2101", "spec.service", "root"),
        new("look-around", Group("look-around", "{name: bad, pathRegex: '/(?=x)'}, {name: good, pathRegex: /}") + Matching("look-around"), "XDS1505", "spec.matches[0].pathRegex", "one"),
        new("too-large", Group("too-large", "{name: bad, headers: {x-a: '(a{1000}){1000}'}}, {name: good, pathRegex: /}") + Matching("too-large"), "XDS1505", "spec.matches[0].headers.x-a", "one"),
    ];

    [SkippableTheory]
    [Versions]
    public async Task Each_object_at_fault_is_named_and_only_it_is_left_out(string version)
    {
        var upstreams = await Task.WhenAll(((string[])["root", "one", "two"]).Select(Upstream.StartAsync));
        Array.ForEach(upstreams, u => Keep(u));
        var services = upstreams.Select(u => Manifests.Service(u.Name, 80, "http", u.Port))
            .Concat(Cases.Select(c => Manifests.Service($"{c.Name}-root", 80, "http", upstreams[0].Port)))
            .Append(Manifests.Service("circle-other", 80, "http", upstreams[1].Port))
            .Append(Manifests.Service("good", 80, "http", upstreams[0].Port));

        var port = await SidecarAsync(version, string.Concat(services) + string.Concat(Cases.Select(c => c.Manifest)) + Split("good", "two: 1", "good"));

        var diagnostics = await DiagnosticsAsync();
        foreach (var (name, _, code, field, answer) in Cases)
        {
            var found = diagnostics.Where(d => d.Name == name && d.Code == code).ToList();
            found.Should().Contain(d => d.Field == field && d.Remedy.Length > 0, "{0} has {1}", name, string.Join("; ", diagnostics.Where(d => d.Name == name)));
            (await Shares.OfRequestsAsync(port, $"{name}-root", All)).ShouldBe((answer, 1));
        }

        (await Shares.OfRequestsAsync(port, "good", All)).ShouldBe(("two", 1));
        diagnostics.Should().NotContain(d => d.Name == "good");
    }

    private static string Matching(string name) => Split($"{name}-root", "one: 1", name, $"  matches: [{{kind: HTTPRouteGroup, name: {name}}}]");

    private async Task<List<Found>> DiagnosticsAsync()
    {
        using var admin = new HttpClient();
        using var document = JsonDocument.Parse(await admin.GetStringAsync(new Uri($"http://{ControlPlane.AdminAddress}/api/v1/diagnostics")));
        return [.. document.RootElement.EnumerateArray().Select(d => new Found(Text(d, "object", "name"), Text(d, "code"), Text(d, "field"), Text(d, "remedy")))];
    }

    private static string Text(JsonElement element, params string[] path) => path switch
    {
        [] => element.GetString() ?? "",
        [var first, .. var rest] => element.TryGetProperty(first, out var next) ? Text(next, rest) : "",
    };

    private sealed record Case(string Name, string Manifest, string Code, string Field, string Answer);

    private sealed record Found(string Name, string Code, string Field, string Remedy);
}
