using XdsServer.Model;

namespace XdsServer.Tests.Unit.Manifests;

public sealed class MeshServiceTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var read = ManifestReading.Read("""
            apiVersion: mesh.xdscontrolplane.dev/v1alpha1
            kind: MeshService
            metadata: {name: web, namespace: demo, labels: {team: shop}}
            spec:
              hosts: [Web.Example.com]
              addresses: [10.96.7.1, "2001:DB8::1"]
              ports:
              - {name: http, port: 80, protocol: http}
              resolution: static
              endpoints:
              - address: 127.0.0.1
                ports: {http: 8080}
                weight: 100
                priority: 1
                health: draining
                locality: {region: eu, zone: eu-1, subZone: r7}
                labels: {version: v1}
                identity: spiffe://cluster.local/ns/demo/sa/web
              serviceAccount: web
            """);

        read.Diagnostics.Should().BeEmpty();
        var service = read.Services.Should().ContainSingle().Subject;
        service.Key.Should().Be(new ServiceKey("demo", "web"));
        service.Ports.Should().Equal(new ServicePort("http", 80, PortProtocol.Http));
        service.Hosts.Should().Equal("web.example.com");
        service.Addresses.Should().Equal("10.96.7.1", "2001:db8::1");
        service.ServiceAccount.Should().Be("web");
        service.Labels.Should().Contain("team", "shop");
        var endpoint = read.Endpoints.Should().ContainSingle().Subject.Endpoints.Should().ContainSingle().Subject;
        endpoint.Address.Should().Be("127.0.0.1");
        endpoint.Ports.Should().Contain("http", 8080);
        endpoint.Weight.Should().Be(100);
        endpoint.Priority.Should().Be(1);
        endpoint.Health.Should().Be(EndpointHealth.Draining);
        endpoint.Locality.Should().Be(new Locality("eu", "eu-1", "r7"));
        endpoint.Labels.Should().Contain("version", "v1");
        endpoint.Identity.Should().Be("spiffe://cluster.local/ns/demo/sa/web");
    }
}
