using System.Runtime.InteropServices;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Kinds;

namespace XdsServer.Sources.Manifests;

/// <summary>
/// Joins Services with their slices and remembers the results: a join whose parts are the same instances gives the same instances,
/// and a join that says the same keeps the old ones. Owned by one loop.
/// </summary>
internal sealed class KubernetesServices
{
    private Dictionary<ServiceKey, Joined> _joined = [];

    /// <summary>All objects, with every Service and its slices replaced by what they mean together. Slices without a Service wait for it.</summary>
    public IEnumerable<MeshObject> Join(IReadOnlyCollection<MeshObject> objects)
    {
        var services = objects.OfType<KubernetesService>().ToList();
        if (services.Count == 0)
        {
            _joined = [];
            return objects.Where(item => item is not KubernetesSlice);
        }

        var slices = objects.OfType<KubernetesSlice>().ToLookup(slice => slice.Service);
        _joined = services.DistinctBy(service => service.Key).ToDictionary(service => service.Key, service => JoinOne(service, [.. slices[service.Key]]));
        return objects.Where(item => item is not (KubernetesService or KubernetesSlice))
            .Concat(_joined.Values.SelectMany(joined => new MeshObject[] { joined.Mesh, joined.Endpoints }));
    }

    private Joined JoinOne(KubernetesService service, KubernetesSlice[] slices)
    {
        if (!_joined.TryGetValue(service.Key, out var old))
        {
            var (mesh, endpoints) = KubernetesJoin.Join(service, slices);
            return new Joined(service, slices, mesh, endpoints);
        }

        if (ReferenceEquals(old.Service, service) && old.Slices.SequenceEqual(slices, ReferenceEqualityComparer.Instance))
        {
            return old;
        }

        var now = KubernetesJoin.Join(service, slices);
        return new Joined(
            service,
            slices,
            old.Mesh.Revision == now.Service.Revision && old.Mesh.Ref == now.Service.Ref ? old.Mesh : now.Service,
            old.Endpoints.Revision == now.Endpoints.Revision && old.Endpoints.Ref == now.Endpoints.Ref ? old.Endpoints : now.Endpoints);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Joined(KubernetesService Service, KubernetesSlice[] Slices, MeshService Mesh, ServiceEndpoints Endpoints);
}
