using System.Collections.Immutable;
using XdsServer.LoadReports;
using XdsServer.Model;

namespace XdsServer.SmiMetrics;

/// <summary>An object that metrics can be asked of.</summary>
internal sealed record TrafficObject(ResourceRef Resource, ImmutableSortedDictionary<string, string> Labels);

/// <summary>A part of a flow that an object received.</summary>
internal readonly record struct Received(ResourceRef By, RequestCounts Counts);

/// <summary>
/// A resource of the metrics API: which objects there are of it, which requests an object received and sent, and what the other side of an edge is
/// called. Pure functions of the model.
/// </summary>
internal sealed record TrafficKind(string Plural, string Kind, bool IsNamespaced)
{
    /// <summary>The objects, sorted by namespace and name.</summary>
    public Func<MeshModel, IEnumerable<TrafficObject>> Objects { get; init; } = _ => [];

    /// <summary>Who received what of a flow.</summary>
    public Func<MeshModel, Func<TrafficFlow, IEnumerable<Received>>> Receivers { get; init; } = _ => _ => [];

    /// <summary>Who sent a flow.</summary>
    public Func<TrafficFlow, ResourceRef> Sender { get; init; } = flow => flow.Source;

    /// <summary>What the receiver is called on the edge of the sender.</summary>
    public Func<TrafficFlow, ResourceRef> Receiver { get; init; } = flow => ResourceRef.Of(flow.Destination);

    /// <summary>Services: what is sent to their clusters.</summary>
    public static readonly TrafficKind Services = new("services", "Service", IsNamespaced: true)
    {
        Objects = model => model.Services.Select(s => new TrafficObject(ResourceRef.Of(s.Service.Key), s.Service.Labels)),
        Receivers = _ => flow => [new Received(ResourceRef.Of(flow.Destination), flow.Counts)],
    };

    /// <summary>Namespaces: the sum of their services.</summary>
    public static readonly TrafficKind Namespaces = new("namespaces", "Namespace", IsNamespaced: false)
    {
        Objects = model => Named(model.Services.Select(s => s.Service.Key.Namespace), ResourceRef.OfNamespace),
        Receivers = _ => flow => [new Received(ResourceRef.OfNamespace(flow.Destination.Namespace), flow.Counts)],
        Sender = flow => ResourceRef.OfNamespace(flow.SourceNamespace),
        Receiver = flow => ResourceRef.OfNamespace(flow.Destination.Namespace),
    };

    /// <summary>Machines: what reaches the endpoints that say that they run there.</summary>
    public static readonly TrafficKind Nodes = new("nodes", "Node", IsNamespaced: false)
    {
        Objects = model => Named(Placed(model).Select(p => p.Endpoint.Node), ResourceRef.OfNode),
        Receivers = model =>
        {
            var nodes = NodesByAddress(model);
            return flow => flow.Endpoints.Select(e => (nodes.GetValueOrDefault((flow.Destination, e.Address)), e.Counts)).Where(e => e.Item1 is not null)
                .Select(e => new Received(ResourceRef.OfNode(e.Item1!), e.Counts));
        },
    };

    /// <summary>Splits: the services that they divide requests among. They answer with one object for each backend.</summary>
    public static readonly TrafficKind TrafficSplits = new("trafficsplits", "TrafficSplit", IsNamespaced: true);

    /// <summary>All of them. Workloads are known to no source yet, so there are no objects of them.</summary>
    public static readonly ImmutableArray<TrafficKind> All =
    [
        Namespaces,
        Nodes,
        new("pods", "Pod", IsNamespaced: true),
        new("replicationcontrollers", "ReplicationController", IsNamespaced: true),
        Services,
        new("daemonsets", "DaemonSet", IsNamespaced: true),
        new("deployments", "Deployment", IsNamespaced: true),
        new("replicasets", "ReplicaSet", IsNamespaced: true),
        new("statefulsets", "StatefulSet", IsNamespaced: true),
        new("jobs", "Job", IsNamespaced: true),
        TrafficSplits,
    ];

    private static IEnumerable<TrafficObject> Named(IEnumerable<string> names, Func<string, ResourceRef> of) =>
        names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(n => new TrafficObject(of(n), ImmutableSortedDictionary<string, string>.Empty));

    private static IEnumerable<(ServiceKey Service, Model.Endpoint Endpoint)> Placed(MeshModel model) =>
        model.Services.SelectMany(s => s.Endpoints.SelectMany(e => e.Endpoints).Where(e => e.Node.Length > 0).Select(e => (s.Service.Key, e)));

    private static Dictionary<(ServiceKey Service, string Address), string> NodesByAddress(MeshModel model)
    {
        var nodes = new Dictionary<(ServiceKey, string), string>();
        foreach (var (service, endpoint) in Placed(model))
        {
            foreach (var address in AddressesOf(endpoint))
            {
                nodes.TryAdd((service, address), endpoint.Node);
            }
        }

        return nodes;
    }

    private static IEnumerable<string> AddressesOf(Model.Endpoint endpoint) => endpoint.IsUnixSocket
        ? [endpoint.Address["unix://".Length..]]
        : endpoint.Ports.Values.Select(port => LoadReportDecoder.SocketText(endpoint.Address, port));
}
