using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Translators;

/// <summary>Small meshes for tests of translators.</summary>
internal static class Meshes
{
    public static readonly ProxyGroupKey Sidecar = new(ProxyProfile.Sidecar, "demo", "", 15001, 15006, "");

    public static ObjectRef Ref(string kind, string name) => new(kind, "demo", name, "test");

    public static MeshService Service(string name, int port = 80, PortProtocol protocol = PortProtocol.Http) => new()
    {
        Ref = Ref("MeshService", name),
        Revision = "1",
        Key = new ServiceKey("demo", name),
        Ports = [new ServicePort("main", port, protocol)],
    };

    public static ServiceEndpoints Endpoints(string service, params string[] addresses) => new()
    {
        Ref = Ref("MeshService", service),
        Revision = string.Join(',', addresses),
        Service = new ServiceKey("demo", service),
        Endpoints = [.. addresses.Select(a => new Endpoint { Address = a, Ports = ImmutableSortedDictionary<string, int>.Empty.Add("main", 8080) })],
    };

    public static MeshRoute Route(string service, params RouteRule[] rules) => new()
    {
        Ref = Ref("Route", service),
        Revision = "1",
        Namespace = "demo",
        Parents = [new RouteParent.OfService(new ServiceKey("demo", service), 0)],
        Rules = [.. rules],
    };

    public static RouteRule To(params (string Service, uint Weight)[] backends) =>
        new() { Backends = [.. backends.Select(b => new RouteBackend(new ServiceKey("demo", b.Service), 0, b.Weight))] };

    public static MeshModel Model(IEnumerable<ServiceEntry> entries, params MeshRoute[] routes)
    {
        var sorted = entries.OrderBy(e => e.Service.Key).ToImmutableArray();
        return new MeshModel { Config = MeshConfig.Default, Services = sorted, ServicesByKey = sorted.ToDictionary(e => e.Service.Key), Routes = [.. routes] };
    }

    public static ServiceEntry Entry(MeshService service, params string[] addresses) => new(service, [Endpoints(service.Key.Name, addresses)]);

    public static IEnumerable<ServiceEntry> Many(int count) =>
        Enumerable.Range(0, count).Select(i => Entry(Service(string.Create(CultureInfo.InvariantCulture, $"s{i:d5}")), "10.0.0.1"));

    /// <summary>The sidecar's egress routes as YAML.</summary>
    public static string EgressRoutes(this Translation translation) =>
        ResourceText.Yaml(translation.Snapshots[Sidecar].Find(ResourceType.Route, "egress")!);
}
