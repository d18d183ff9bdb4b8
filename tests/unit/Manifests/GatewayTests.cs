using XdsServer.Model;

namespace XdsServer.Tests.Unit.Manifests;

public sealed class GatewayTests
{
    [Fact]
    public void Listeners_and_routes_are_read()
    {
        var read = Read(
            "{name: web, port: 8443, protocol: https, tls: {secretName: edge-cert}, hosts: [\"*.Example.com\"]}",
            "{hosts: [shop.example.com], pathPrefix: /, backends: [{service: web, port: 80, weight: 100}]}");

        read.Diagnostics.Should().BeEmpty();
        var listener = read.Gateways.Should().ContainSingle().Subject.Listeners.Should().ContainSingle().Subject;
        listener.Should().Match<GatewayListener>(found => found.Port == 8443 && found.Protocol == GatewayProtocol.Https && found.Secret == new ServiceKey("demo", "edge-cert"));
        listener.Hosts.Should().Equal("*.example.com");
        var route = read.Routes.Should().ContainSingle().Subject;
        route.Parents.Should().Equal(new RouteParent.OfGateway(new ServiceKey("demo", "edge"), ""));
        route.Hosts.Should().Equal("shop.example.com");
        route.Rules[0].Backends.Should().ContainSingle().Which.Should().Match<RouteBackend>(backend => backend.Service == new ServiceKey("demo", "web") && backend.Port == 80 && backend.Weight == 100);
    }

    [Fact]
    public void The_longest_path_comes_first_however_routes_are_written()
    {
        var read = Read(
            "{name: web, port: 8080, protocol: http}",
            "{pathPrefix: /, backends: [{service: web, port: 80}]}, {pathPrefix: /api/, backends: [{service: api, port: 80}]}, {pathPrefix: /api/v2, backends: [{service: api, port: 81}]}");

        read.Diagnostics.Should().BeEmpty();
        read.Routes.Should().ContainSingle().Which.Rules.Select(rule => rule.Matches[0].Path!.Value).Should().Equal("/api/v2", "/api", "/");
    }

    [Theory]
    [InlineData("XDS1203", "{name: web, port: 8443, protocol: https}", "spec.listeners[1].tls")]
    [InlineData("XDS1204", "{name: web, port: 0, protocol: http}", "spec.listeners[1].port")]
    [InlineData("XDS1205", "{name: web, port: 1, protocol: htps}", "spec.listeners[1].protocol")]
    [InlineData("XDS1207", "{name: web, port: 80, protocol: http}", "spec.listeners[1]")]
    [InlineData("XDS1206", "{name: web, port: 1, protocol: http, hosts: [\"a b\"]}", "spec.listeners[1].hosts[0]")]
    public void A_bad_listener_is_left_out(string code, string listener, string field)
    {
        var read = Read("{name: good, port: 80, protocol: http}, " + listener, "");

        read.Gateways.Should().ContainSingle().Which.Listeners.Should().ContainSingle();
        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == code && found.Field == field);
    }

    [Theory]
    [InlineData("XDS1206", "{pathPrefix: api, backends: []}", "spec.routes[0].pathPrefix")]
    [InlineData("XDS1203", "{pathPrefix: /api}", "spec.routes[0].backends")]
    [InlineData("XDS1210", "{listener: wbe, backends: []}", "spec.routes[0].listener")]
    [InlineData("XDS1206", "{hosts: [\"*b\"], backends: []}", "spec.routes[0].hosts[0]")]
    public void A_bad_route_is_left_out_rather_than_widened(string code, string route, string field)
    {
        var read = Read("{name: web, port: 80, protocol: http}", route);

        read.Routes.Should().BeEmpty();
        read.Diagnostics.Should().ContainSingle().Which.Should().Match<Diagnostic>(found => found.Code == code && found.Field == field);
    }

    [Fact]
    public void Two_routes_for_one_host_and_path_are_reported()
    {
        var read = Read("{name: web, port: 80, protocol: http}", "{hosts: [a.example], backends: []}, {hosts: [b.example, a.example], backends: []}");

        read.Routes.Should().HaveCount(2);
        read.Diagnostics.Should().ContainSingle().Which.Code.Should().Be("XDS1207");
    }

    private static MeshFragment Read(string listeners, string routes) => ManifestReading.Read(
        $"apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshGateway\nmetadata: {{name: edge, namespace: demo}}\nspec:\n  listeners: [{listeners}]\n  routes: [{routes}]\n");
}
