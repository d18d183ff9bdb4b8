using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Tests.Unit.Manifests;
using XdsServer.Translators;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;
using PathMatch = Envoy.Config.Route.V3.RouteMatch;

namespace XdsServer.Tests.Unit.Smi;

/// <summary>What splits make of a gateway's routes; golden cases <c>smi/gateway*</c> show the rest.</summary>
public sealed class GatewaySplitTests
{
    private const int GatewayLimit = 256;

    private static readonly ProxyGroupKey Edge = new(ProxyProfile.Gateway, "demo", "edge", 0, 0, "");
    private static readonly string Services = string.Concat(((string[])["web", "shop", "v2"]).Select(n => SmiText.Service(n)));

    [Fact]
    public void Splits_of_several_backends_that_would_take_too_many_routes_have_no_effect_and_somebody_is_told()
    {
        var (routes, diagnostics) = Translate(GroupOf(20) + Beta("web") + Beta("shop"), "{backends: [{service: web, port: 80, weight: 3}, {service: shop, port: 80, weight: 1}]}");

        routes.Should().ContainSingle().Which.Route_.WeightedClusters.Clusters.Select(c => (c.Name, c.Weight.GetValueOrDefault())).Should().Equal(("demo/shop/main", 1u), ("demo/web/main", 3u));
        diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(d => d.Code == "XDS3126" && d.Object!.Value.Name == "edge" && d.Field == "rules[0].backends" && d.Remedy.Length > 0);
    }

    [Fact]
    public void One_backend_may_have_as_many_matches_as_its_author_likes()
    {
        var (routes, diagnostics) = Translate(GroupOf(GatewayLimit + 1) + Beta("web"), "{backends: [{service: web, port: 80, weight: 3}, {service: shop, port: 80, weight: 1}]}");

        routes.Should().HaveCount(GatewayLimit + 2);
        diagnostics.Should().BeEmpty();
    }

    [Fact]
    public void A_split_does_not_lift_its_route_above_a_more_exact_one()
    {
        var (routes, _) = Translate(
            SmiText.Group("group", "{name: a, pathRegex: '/s[h]op'}") + Beta("web"),
            "{backends: [{service: web, port: 80}]}",
            "{pathPrefix: /shop, backends: [{service: shop, port: 80}]}");

        routes.Select(r => (r.Match.PathSpecifierCase, r.Route_.Cluster)).Should().Equal(
            (PathMatch.PathSpecifierOneofCase.PathSeparatedPrefix, "demo/shop/main"),
            (PathMatch.PathSpecifierOneofCase.SafeRegex, "demo/v2/main"),
            (PathMatch.PathSpecifierOneofCase.Prefix, "demo/web/main"));
    }

    private static string GroupOf(int matches) => SmiText.Group("group", [.. Enumerable.Range(0, matches).Select(i => $"{{name: m{i}, pathRegex: /m{i}/}}")]);

    private static string Beta(string root) => SmiText.Split($"{root}-beta", root, "v2: 1", more: "  matches: [{kind: HTTPRouteGroup, name: group}]");

    private static (IReadOnlyList<Route> Routes, IReadOnlyList<Diagnostic> Diagnostics) Translate(string splits, params string[] routes)
    {
        var gateway = $"{{apiVersion: mesh.xdscontrolplane.dev/v1alpha1, kind: MeshGateway, metadata: {{name: edge, namespace: demo}}, spec: {{listeners: [{{name: web, port: 8080, protocol: http}}], routes: [{string.Join(", ", routes)}]}}}}";
        var model = MeshModel.Compose([ManifestReading.Read(Services + splits + gateway)], previous: null);
        var translation = MeshTranslator.Translate(model, [Edge], previous: null);
        var configuration = (RouteConfiguration)MessageTypes.Decode(translation.Snapshots[Edge].Find(ResourceType.Route, "gateway/8080")!);
        return ([.. configuration.VirtualHosts.Single().Routes], [.. translation.Diagnostics]);
    }
}
