using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Pipeline;

namespace XdsServer.Tests.Unit.Pipeline;

public sealed class DeparturesTests
{
    private static readonly MeshFragment Two = Meshes.Fragment(Meshes.Endpoints("web", "10.0.0.1", "10.0.0.2"));

    [Fact]
    public void An_endpoint_that_is_gone_has_departed() =>
        Departures.Between(Two, Meshes.Fragment(Meshes.Endpoints("web", "10.0.0.1"))).Should().BeTrue();

    [Fact]
    public void An_endpoint_object_that_is_gone_has_departed() =>
        Departures.Between(Two, Meshes.Fragment()).Should().BeTrue();

    [Fact]
    public void An_endpoint_that_begins_to_drain_has_departed()
    {
        var now = Two.Endpoints[0] with { Revision = "2", Endpoints = [Two.Endpoints[0].Endpoints[0] with { Health = EndpointHealth.Draining }, Two.Endpoints[0].Endpoints[1]] };

        Departures.Between(Two, Meshes.Fragment(now)).Should().BeTrue();
    }

    [Fact]
    public void An_endpoint_that_comes_is_no_departure() =>
        Departures.Between(Two, Meshes.Fragment(Meshes.Endpoints("web", "10.0.0.1", "10.0.0.2", "10.0.0.3"))).Should().BeFalse();

    [Fact]
    public void Another_weight_is_no_departure()
    {
        var now = Two.Endpoints[0] with { Revision = "2", Endpoints = [.. Two.Endpoints[0].Endpoints.Select(e => e with { Weight = 7 })] };

        Departures.Between(Two, Meshes.Fragment(now)).Should().BeFalse();
    }
}

/// <summary>Small meshes for tests of the pipeline.</summary>
internal static class Meshes
{
    public static MeshFragment Fragment(params ServiceEndpoints[] endpoints) => new() { Source = "test", IsSynced = true, Endpoints = [.. endpoints] };

    public static MeshService Service(string name) => new()
    {
        Ref = new ObjectRef("MeshService", "demo", name, "test"),
        Revision = "1",
        Key = new ServiceKey("demo", name),
        Ports = [new ServicePort("http", 80, PortProtocol.Http)],
    };

    public static ServiceEndpoints Endpoints(string service, params string[] addresses) => new()
    {
        Ref = new ObjectRef("MeshService", "demo", service, "test"),
        Revision = string.Join(',', addresses),
        Service = new ServiceKey("demo", service),
        Endpoints = [.. addresses.Select(a => new Endpoint { Address = a, Ports = ImmutableSortedDictionary<string, int>.Empty.Add("http", 8080) })],
    };
}
