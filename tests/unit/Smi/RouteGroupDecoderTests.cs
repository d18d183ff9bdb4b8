using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Sources.Manifests.Kinds.Smi;
using XdsServer.Tests.Unit.Manifests;

namespace XdsServer.Tests.Unit.Smi;

public sealed class RouteGroupDecoderTests
{
    [Theory]
    [InlineData("v1alpha1", "matches: [{name: a, pathRegex: /api, methods: [GET]}]")]
    [InlineData("v1alpha2", "matches: [{name: a, pathRegex: /api, methods: [GET]}]")]
    [InlineData("v1alpha3", "spec: {matches: [{name: a, pathRegex: /api, methods: [GET]}]}")]
    [InlineData("v1alpha4", "spec: {matches: [{name: a, pathRegex: /api, methods: [GET]}]}")]
    public void Every_version_is_read(string version, string body)
    {
        var read = ManifestReading.Read($"{{apiVersion: specs.smi-spec.io/{version}, kind: HTTPRouteGroup, metadata: {{name: g, namespace: demo}}, {body}}}");

        read.Diagnostics.Should().BeEmpty();
        var match = read.RouteGroups.Single().Matches.Single().AnyOf.Single();
        (match.Path, match.Method).Should().Be((new PathMatch(PathMatchKind.StartsWith, "/api"), "GET"));
    }

    [Theory]
    [InlineData("/api", PathMatchKind.StartsWith, "/api")]
    [InlineData("^/api", PathMatchKind.StartsWith, "/api")]
    [InlineData("/api.*", PathMatchKind.StartsWith, "/api")]
    [InlineData("/api/.*", PathMatchKind.StartsWith, "/api/")]
    [InlineData("/api$", PathMatchKind.Exact, "/api")]
    [InlineData("^/api$", PathMatchKind.Exact, "/api")]
    [InlineData("/v[0-9]", PathMatchKind.Regex, "(?:/v[0-9]).*")]
    [InlineData("/pkg[.]Svc/Do$", PathMatchKind.Regex, "(?:/pkg[.]Svc/Do$).*")]
    [InlineData("/a|/b", PathMatchKind.Regex, "(?:/a|/b).*")]
    [InlineData(@"/a\$", PathMatchKind.Regex, @"(?:/a\$).*")]
    public void A_path_is_anchored_at_its_beginning_only(string expression, PathMatchKind kind, string value) =>
        PathExpressions.Translate(expression, isWhole: false).Should().Be(new PathMatch(kind, value));

    [Theory]
    [InlineData(".*")]
    [InlineData("/")]
    [InlineData("/.*")]
    [InlineData("^/")]
    public void An_expression_for_any_path_is_none(string expression) => PathExpressions.Translate(expression, isWhole: false).Should().BeNull();

    [Theory]
    [InlineData("/api", PathMatchKind.Exact, "/api")]
    [InlineData("/api.*", PathMatchKind.StartsWith, "/api")]
    [InlineData("/v[0-9]", PathMatchKind.Regex, "/v[0-9]")]
    [InlineData("/", PathMatchKind.Exact, "/")]
    public void By_annotation_an_expression_is_for_the_whole_path(string expression, PathMatchKind kind, string value) =>
        PathExpressions.Translate(expression, isWhole: true).Should().Be(new PathMatch(kind, value));

    [Theory]
    [InlineData("{user-agent: '.*Firefox.*', X-Beta: 'yes'}")]
    [InlineData("[{user-agent: '.*Firefox.*'}, {X-Beta: 'yes'}]")]
    public void Headers_are_taken_as_a_map_and_as_a_list_of_single_fields(string headers)
    {
        var read = ManifestReading.Read(SmiText.Group("g", $"{{name: a, headers: {headers}}}"));

        read.RouteGroups.Single().Matches.Single().AnyOf.Single().Headers.Should().Equal(new ValueMatch("user-agent", ".*Firefox.*", IsRegex: true), new ValueMatch("x-beta", "yes", IsRegex: false));
    }

    [Fact]
    public void The_host_is_a_pseudo_header() =>
        ManifestReading.Read(SmiText.Group("g", "{name: a, headers: {Host: web.*}}")).RouteGroups.Single().Matches.Single().AnyOf.Single().Headers.Single().Name.Should().Be(":authority");

    [Theory]
    [InlineData("{name: a, headers: [{a: x, b: y}]}", "spec.matches[0].headers[0]")]
    [InlineData("{name: a, headers: [{}]}", "spec.matches[0].headers[0]")]
    [InlineData("{name: a, headers: text}", "spec.matches[0].headers")]
    [InlineData("{name: a, headers: {'a b': x}}", "spec.matches[0].headers.a b")]
    [InlineData("{name: a, headers: {a: '(?=x)'}}", "spec.matches[0].headers.a")]
    [InlineData("{name: a, headers: {a: ''}}", "spec.matches[0].headers.a")]
    [InlineData("{name: a, pathRegex: '['}", "spec.matches[0].pathRegex")]
    [InlineData("{name: a, pathRegex: '(x)\\1'}", "spec.matches[0].pathRegex")]
    [InlineData("{name: a, pathRegex: [x]}", "spec.matches[0].pathRegex")]
    [InlineData("{name: a, methods: [get]}", "spec.matches[0].methods[0]")]
    [InlineData("{name: a, methods: GET}", "spec.matches[0].methods")]
    [InlineData("{pathRegex: /x}", "spec.matches[0].name")]
    public void A_match_with_a_mistake_is_left_out_whole(string match, string field)
    {
        var read = ManifestReading.Read(SmiText.Group("g", match, "{name: good, pathRegex: /good}"));

        read.RouteGroups.Single().Matches.Select(m => m.Name).Should().Equal("good");
        read.Diagnostics.Should().Contain(d => d.Severity == Severity.Error && d.Field == field);
    }

    [Fact]
    public void A_group_without_a_usable_match_is_broken() =>
        ManifestReading.Read(SmiText.Group("g", "{name: a, pathRegex: '['}")).RouteGroups.Should().BeEmpty();

    [Theory]
    [InlineData("[GET, POST]", 2)]
    [InlineData("['*']", 1)]
    [InlineData("[GET, '*']", 1)]
    [InlineData("[GET, GET]", 1)]
    [InlineData("[]", 1)]
    public void Methods_are_alternatives(string methods, int alternatives) =>
        ManifestReading.Read(SmiText.Group("g", $"{{name: a, methods: {methods}}}")).RouteGroups.Single().Matches.Single().AnyOf.Should().HaveCount(alternatives);

    [Theory]
    [InlineData("TCPRoute", "v1alpha1", "", "")]
    [InlineData("TCPRoute", "v1alpha3", "spec: {}", "")]
    [InlineData("TCPRoute", "v1alpha4", "spec: {matches: {ports: []}}", "")]
    [InlineData("TCPRoute", "v1alpha4", "spec: {matches: {name: x, ports: [9090, 80, 80]}}", "80 9090")]
    [InlineData("UDPRoute", "v1alpha4", "spec: {matches: {ports: [53]}}", "53")]
    public void Port_routes_of_every_version_are_read(string kind, string version, string body, string ports)
    {
        var read = ManifestReading.Read($"{{apiVersion: specs.smi-spec.io/{version}, kind: {kind}, metadata: {{name: r}}, {body}}}");

        read.Diagnostics.Should().BeEmpty();
        read.PortRoutes.Single().Should().Match<PortRoute>(r => string.Join(' ', r.Ports) == ports && r.IsUdp == (kind == "UDPRoute"));
    }

    [Theory]
    [InlineData("spec: {matches: {ports: [0]}}")]
    [InlineData("spec: {matches: {ports: 80}}")]
    [InlineData("spec: {matches: [80]}")]
    [InlineData("spec: text")]
    public void A_port_that_cannot_be_read_never_means_all_ports(string body) =>
        ManifestReading.Read($"{{apiVersion: specs.smi-spec.io/v1alpha4, kind: TCPRoute, metadata: {{name: r}}, {body}}}").Should().Match<MeshFragment>(f => f.PortRoutes.IsEmpty && f.Diagnostics.Length > 0);
}
