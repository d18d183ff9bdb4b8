using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>TrafficTargets as access rules: nothing is ever granted because of a mistake.</summary>
public sealed class AccessTests
{
    private const string Routes =
        """
        {apiVersion: specs.smi-spec.io/v1alpha4, kind: TCPRoute, metadata: {name: tcp, namespace: demo}, spec: {matches: {ports: [8080, 9090]}}}
        ---
        {apiVersion: specs.smi-spec.io/v1alpha4, kind: TCPRoute, metadata: {name: all, namespace: demo}, spec: {}}
        ---
        {apiVersion: specs.smi-spec.io/v1alpha4, kind: UDPRoute, metadata: {name: udp, namespace: demo}, spec: {matches: {ports: [53]}}}
        ---

        """;

    private static readonly string Specs = Routes + SmiText.Group("api", "{name: read, pathRegex: /api, methods: [GET]}", "{name: write, pathRegex: /api, methods: [POST, PUT]}");

    [Theory]
    [InlineData("v1alpha1", "destination: {kind: ServiceAccount, name: web, namespace: demo, port: 8080}", "specs")]
    [InlineData("v1alpha2", "destination: {kind: ServiceAccount, name: web, namespace: demo, port: 8080}", "rules")]
    public void A_destination_port_narrows_as_in_the_first_versions(string version, string destination, string rules)
    {
        var body = $"{destination}, sources: [{{kind: ServiceAccount, name: shop, namespace: demo}}], {rules}: [{{kind: HTTPRouteGroup, name: api}}]";
        var rule = Rule(version == "v1alpha1" ? body : $"spec: {{{body}}}", version);

        rule.Destination.Should().Be(new ServiceAccount("demo", "web"));
        rule.Sources.Should().Equal(new ServiceAccount("demo", "shop"));
        Shown(rule).Should().Equal("Http on 8080: 3");
    }

    [Theory]
    [InlineData("{kind: HTTPRouteGroup, name: api}", "Http on any: 3")]
    [InlineData("{kind: HTTPRouteGroup, name: api, matches: []}", "Http on any: 3")]
    [InlineData("{kind: HTTPRouteGroup, name: api, matches: [write]}", "Http on any: 2")]
    [InlineData("{kind: TCPRoute, name: tcp}", "Tcp on 8080,9090: 0")]
    [InlineData("{kind: TCPRoute, name: all}", "Tcp on any: 0")]
    [InlineData("{kind: HTTPRouteGroup, name: api, matches: [read]}, {kind: TCPRoute, name: tcp}", "Http on 8080,9090: 1")]
    [InlineData("{kind: UDPRoute, name: udp}", "Udp on 53: 0")]
    public void Rules_grant_what_they_name(string rules, string expected) => Shown(Rule(Spec(rules))).Should().Equal(expected);

    [Theory]
    [InlineData("{kind: HTTPRouteGroup, name: gone}")]
    [InlineData("{kind: HTTPRouteGroup, name: api, matches: [gone]}")]
    [InlineData("{kind: TCPRoute, name: gone}")]
    [InlineData("{kind: HTTPRouteGroup, name: api}, {kind: TCPRoute, name: gone}")]
    [InlineData("{kind: HTTPRouteGroup, name: gone}, {kind: TCPRoute, name: tcp}")]
    public void What_is_missing_grants_nothing_and_widens_nothing(string rules)
    {
        var model = Compose(Spec(rules));

        model.Smi.AccessRules.Single().Grants.Should().BeEmpty();
        SmiText.CodesOf(model).Should().Equal("XDS2122", "XDS2124");
    }

    [Fact]
    public void A_destination_of_another_namespace_is_refused()
    {
        var model = Compose("spec: {destination: {kind: ServiceAccount, name: web, namespace: other}, sources: [{kind: ServiceAccount, name: shop, namespace: demo}], rules: [{kind: TCPRoute, name: all}]}");

        model.Smi.AccessRules.Should().BeEmpty();
        SmiText.CodesOf(model).Should().Equal("XDS2121");
    }

    [Fact]
    public void A_source_without_a_namespace_is_of_the_objects_own()
    {
        var model = Compose("spec: {destination: {kind: ServiceAccount, name: web}, sources: [{kind: ServiceAccount, name: shop}], rules: [{kind: TCPRoute, name: all}]}");

        model.Smi.AccessRules.Single().Sources.Should().Equal(new ServiceAccount("demo", "shop"));
        SmiText.CodesOf(model).Should().Equal("XDS1506");
    }

    [Theory]
    [InlineData("{kind: Group, name: everybody, namespace: demo}")]
    [InlineData("{kind: ServiceAccount, namespace: demo}")]
    [InlineData("everybody")]
    public void A_source_that_cannot_be_read_is_nobody(string source)
    {
        var model = Compose($"spec: {{destination: {{kind: ServiceAccount, name: web}}, sources: [{source}], rules: [{{kind: TCPRoute, name: all}}]}}");

        model.Smi.AccessRules.Single().Should().Match<AccessRule>(r => r.Sources.IsEmpty && r.Grants.IsEmpty);
    }

    [Theory]
    [InlineData("spec: {destination: {kind: ServiceAccount, name: web, port: 0}, sources: [], rules: []}")]
    [InlineData("spec: {sources: [], rules: []}")]
    [InlineData("spec: {destination: {kind: Deployment, name: web}}")]
    public void A_destination_that_cannot_be_read_costs_the_object(string body)
    {
        var model = Compose(body);

        model.Smi.AccessRules.Should().BeEmpty();
        model.Diagnostics.Should().Contain(d => d.Severity == Severity.Error);
    }

    [Fact]
    public void A_rule_names_the_objects_that_it_is_made_from() =>
        Rule(Spec("{kind: HTTPRouteGroup, name: api}, {kind: TCPRoute, name: tcp}")).Origins.Select(o => $"{o.Kind} {o.Name}").Should().Equal("HTTPRouteGroup api", "TCPRoute tcp");

    private static string Spec(string rules) =>
        $"spec: {{destination: {{kind: ServiceAccount, name: web, namespace: demo}}, sources: [{{kind: ServiceAccount, name: shop, namespace: demo}}], rules: [{rules}]}}";

    private static MeshModel Compose(string body, string version = "v1alpha3") =>
        SmiText.Compose(Specs, $"{{apiVersion: access.smi-spec.io/{version}, kind: TrafficTarget, metadata: {{name: t, namespace: demo}}, {body}}}");

    private static AccessRule Rule(string body, string version = "v1alpha3") => Compose(body, version).Smi.AccessRules.Single();

    private static IEnumerable<string> Shown(AccessRule rule) =>
        rule.Grants.Select(g => $"{g.Transport} on {(g.Ports.IsEmpty ? "any" : string.Join(',', g.Ports))}: {g.Matches.Length}");
}
