using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Tests.Unit.Smi;

public sealed class ServiceShapesTests
{
    private static readonly string Web = SmiText.Service("web").Replace("spec:", "spec:\n  serviceAccount: web", StringComparison.Ordinal) + SmiText.Service("web-v1") + SmiText.Service("web-v2");

    [Fact]
    public void A_service_knows_its_splits_in_the_order_in_which_they_are_tried()
    {
        var shapes = Of(SmiText.Group("g", "{name: a}") + SmiText.Split("a", "web", "web-v1: 9, web-v2: 1") + SmiText.Split("b", "web", "web-v2: 1", more: "  matches: [{kind: HTTPRouteGroup, name: g}]"));

        shapes("web").Should().Equal(
            "TrafficSplit demo/b (files) through HTTPRouteGroup demo/g (files): matching requests go to demo/web-v2 1",
            "TrafficSplit demo/a (files): requests go to demo/web-v1 9, demo/web-v2 1");
    }

    [Fact]
    public void A_backend_knows_whose_requests_it_gets() =>
        Of(SmiText.Split("a", "web", "web-v1: 9, web-v2: 1"))("web-v2").Should().Equal("TrafficSplit demo/a (files): 1 of 10 requests for demo/web");

    [Fact]
    public void What_was_left_out_says_why() =>
        Of(SmiText.Split("a", "web", "web-v1: 1") + SmiText.Split("b", "web", "web-v2: 1"))("web")[^1].Should().Be("TrafficSplit demo/b (files): TrafficSplit demo/a (files) splits the traffic of demo/web already; this one is left out.");

    [Fact]
    public void A_workloads_targets_are_told() =>
        Of("{apiVersion: access.smi-spec.io/v1alpha2, kind: TrafficTarget, metadata: {name: t, namespace: demo}, spec: {destination: {kind: ServiceAccount, name: web, port: 80}, sources: [{kind: ServiceAccount, name: shop, namespace: demo}], rules: [{kind: HTTPRouteGroup, name: g}]}}\n---\n" + SmiText.Group("g", "{name: a}"))("web")
            .Should().Equal("TrafficTarget demo/t (files) through HTTPRouteGroup demo/g (files): demo/shop may send HTTP to port 80; not enforced yet");

    private static Func<string, List<string>> Of(string objects)
    {
        var shapes = ServiceShapes.Of(SmiText.Compose(Web, objects));
        return service => [.. shapes[new ServiceKey("demo", service)].Select(s => s.ToString())];
    }
}
