using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using XdsServer.Model.Smi;
using Endpoint = XdsServer.Model.Endpoint;
using Locality = XdsServer.Model.Locality;

namespace XdsServer.Numbers;

/// <summary>
/// A large company's mesh as the Files source hands it over: lists sorted by object, of which an edit replaces one element. Every service
/// has an HTTP port, every fiftieth speaks gRPC and every fiftieth TCP as well; there is a gateway with routes in each namespace, and every
/// fiftieth service is split, or as many as asked for, between itself and the next one.
/// </summary>
internal sealed class PipelineMesh(int services, int endpointsEach, int namespaces, int splitEvery = 50)
{
    public const string Source = "files";

    private const int Machines = 1_000;
    private const int RoutesPerGateway = 20;

    public int Services => services;

    public int Splits => services / splitEvery;

    public MeshFragment Create() => new()
    {
        Source = Source,
        IsSynced = true,
        Services = Sorted(Enumerable.Range(0, services).Select(Service)),
        Endpoints = Sorted(Enumerable.Range(0, services).Select(i => EndpointsOf(i, 0))),
        Splits = Sorted(Enumerable.Range(0, Splits).Select(i => Split(i, 50))),
        Gateways = Sorted(Enumerable.Range(0, namespaces).Select(Gateway)),
        Routes = Sorted(Enumerable.Range(0, namespaces).SelectMany(n => Enumerable.Range(0, RoutesPerGateway).Select(r => GatewayRoute(n, r)))),
    };

    /// <summary>The same mesh after one endpoint of a service has moved to another port.</summary>
    public MeshFragment MoveEndpoint(MeshFragment mesh, int service, int value) => mesh with { Endpoints = Replace(mesh.Endpoints, EndpointsOf(service, value)) };

    /// <summary>The same mesh after the weights of a split have changed.</summary>
    public MeshFragment ChangeWeight(MeshFragment mesh, int split, uint weight) => mesh with { Splits = Replace(mesh.Splits, Split(split, weight)) };

    /// <summary>
    /// One node for each proxy group: a sidecar for each of most workloads, explicit and transparent, gateways, node proxies and gRPC clients.
    /// </summary>
    public IEnumerable<Node> Groups(int count)
    {
        var others = Math.Min(namespaces, count / 20);
        var gateways = Enumerable.Range(0, others).Select(n => Proxy("gateway", NamespaceOf(n), "edge"));
        var machines = Enumerable.Range(0, others).Select(n => Proxy("node", "default", "", MachineOf(n)));
        var clients = Enumerable.Range(0, others).Select(n => Proxy("grpc", NamespaceOf(n), ""));
        var sidecars = Enumerable.Range(0, count - (3 * others)).Select(i => Proxy(i % 20 == 19 ? "transparent" : "sidecar", NamespaceOf(i % namespaces), NameOf(i / namespaces)));
        return gateways.Concat(machines).Concat(clients).Concat(sidecars);
    }

    private static string NamespaceOf(int number) => $"team-{number:000}";

    private static string NameOf(int number) => $"service-{number:00000}";

    private static string MachineOf(int number) => $"machine-{number:000}";

    private static Node Proxy(string profile, string space, string service, string machine = "") => new()
    {
        Id = $"{profile}-{space}-{service}-{machine}",
        Metadata = new Struct
        {
            Fields =
            {
                ["profile"] = Value.ForString(profile),
                ["namespace"] = Value.ForString(space),
                ["service"] = Value.ForString(service),
                ["node"] = Value.ForString(machine),
            },
        },
    };

    private ServiceKey KeyOf(int service) => new(NamespaceOf(service % namespaces), NameOf(service / namespaces));

    private static ObjectRef RefOf(string kind, ServiceKey key) => new(kind, key.Namespace, key.Name, Source);

    private MeshService Service(int number)
    {
        var key = KeyOf(number);
        var http = new ServicePort("http", 80, number % 50 == 7 ? PortProtocol.Grpc : PortProtocol.Http);
        return new MeshService
        {
            Ref = RefOf("MeshService", key),
            Revision = "1",
            Key = key,
            Ports = number % 50 == 13 ? [http, new ServicePort("data", 10_000 + (number / 50), PortProtocol.Tcp)] : [http],
            Addresses = [string.Create(CultureInfo.InvariantCulture, $"10.96.{number >> 8 & 255}.{number & 255}")],
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", key.Name),
        };
    }

    private ServiceEndpoints EndpointsOf(int service, int value)
    {
        var key = KeyOf(service);
        return new ServiceEndpoints
        {
            Ref = RefOf("MeshService", key),
            Revision = value.ToString(CultureInfo.InvariantCulture),
            Service = key,
            Endpoints = [.. Enumerable.Range(0, endpointsEach).Select(e => EndpointOf(service, e, e == 0 ? 8080 + value : 8080))],
        };
    }

    private static Endpoint EndpointOf(int service, int number, int port) => new()
    {
        Address = string.Create(CultureInfo.InvariantCulture, $"10.{number + 1}.{service >> 8 & 255}.{service & 255}"),
        Ports = ImmutableSortedDictionary<string, int>.Empty.Add("http", port).Add("data", 9000),
        Locality = new Locality("region", $"zone-{number % 3}", ""),
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("version", number % 2 == 0 ? "v1" : "v2"),
        Node = MachineOf(((service * 7) + (number * 131)) % Machines),
    };

    private TrafficSplit Split(int number, uint weight)
    {
        var service = number * splitEvery;
        var key = KeyOf(service);
        return new TrafficSplit
        {
            Ref = RefOf("TrafficSplit", key),
            Revision = weight.ToString(CultureInfo.InvariantCulture),
            Key = key,
            Root = key.Name,
            Backends = [new SplitBackend(key.Name, weight), new SplitBackend(KeyOf((service + namespaces) % services).Name, 100)],
        };
    }

    private static MeshGateway Gateway(int space)
    {
        var key = new ServiceKey(NamespaceOf(space), "edge");
        return new MeshGateway
        {
            Ref = RefOf("MeshGateway", key),
            Revision = "1",
            Key = key,
            Listeners = [new GatewayListener { Name = "http", Port = 8080, Protocol = GatewayProtocol.Http, Hosts = [$"*.{key.Namespace}.example.com"] }],
        };
    }

    private MeshRoute GatewayRoute(int space, int number)
    {
        var service = KeyOf(space + (number * namespaces));
        var key = service with { Name = $"edge-{service.Name}" };
        return new MeshRoute
        {
            Ref = RefOf("MeshGateway", key),
            Revision = "1",
            Namespace = key.Namespace,
            Parents = [new RouteParent.OfGateway(new ServiceKey(key.Namespace, "edge"), "")],
            Hosts = [$"{service.Name}.{key.Namespace}.example.com"],
            Rules = [new RouteRule { Backends = [new RouteBackend(service, 80, 1)] }],
        };
    }

    private static ImmutableArray<T> Sorted<T>(IEnumerable<T> items)
        where T : MeshObject => [.. items.OrderBy(i => i.Ref)];

    private static ImmutableArray<T> Replace<T>(ImmutableArray<T> items, T item)
        where T : MeshObject => items.SetItem(items.BinarySearch(item, Comparer<T>.Create((a, b) => a.Ref.CompareTo(b.Ref))), item);
}
