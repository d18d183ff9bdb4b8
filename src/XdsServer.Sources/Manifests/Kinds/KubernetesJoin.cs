using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>
/// A Service with all its slices to mesh objects. The whole set at once, never slice by slice: an endpoint may stand in two slices
/// while it moves, and proxies silently keep one of two (K-31).
/// </summary>
internal static class KubernetesJoin
{
    /// <summary>The service, and its endpoints as one object.</summary>
    public static (MeshService Service, ServiceEndpoints Endpoints) Join(KubernetesService service, IReadOnlyList<KubernetesSlice> slices)
    {
        var family = ChooseFamily(service, slices);
        var used = slices.Where(slice => slice.Family == family).OrderBy(slice => slice.Ref).ToList();
        ImmutableArray<ServicePort> ports = [.. service.Ports.Select(port => new ServicePort(NameOf(port), port.Number, ProtocolOf(port, used)))];
        var revision = new ContentHash().Add(service.Revision);
        foreach (var port in ports)
        {
            revision.Add(port.Protocol.ToString());
        }

        var mesh = new MeshService
        {
            Ref = service.Ref,
            Location = service.Location,
            Revision = revision.ToString(),
            Key = service.Key,
            Ports = ports,
            Addresses = service.Addresses,
            Labels = service.Labels,
        };
        return (mesh, JoinEndpoints(service, used));
    }

    private static ServiceEndpoints JoinEndpoints(KubernetesService service, List<KubernetesSlice> slices)
    {
        var revision = new ContentHash().Add(service.Ref.Namespace).Add(service.Ref.Name);
        var endpoints = new Dictionary<string, Endpoint>(StringComparer.Ordinal);
        foreach (var slice in slices)
        {
            revision.Add(slice.Revision);
            foreach (var item in slice.Endpoints)
            {
                Add(endpoints, item, TargetsOf(service, slice));
            }
        }

        foreach (var port in service.Ports)
        {
            revision.Add(NameOf(port)).Add(port.Target.ToString(CultureInfo.InvariantCulture));
        }

        return new ServiceEndpoints
        {
            Ref = service.Ref,
            Location = service.Location,
            Revision = revision.ToString(),
            Service = service.Key,
            Endpoints = [.. endpoints.Values.OrderBy(endpoint => endpoint.Address, StringComparer.Ordinal)],
        };
    }

    /// <summary>One endpoint per address: ports of several slices are united, and the better health counts.</summary>
    private static void Add(Dictionary<string, Endpoint> endpoints, SliceEndpoint item, ImmutableSortedDictionary<string, int> targets)
    {
        if (targets.IsEmpty)
        {
            return;
        }

        if (!endpoints.TryGetValue(item.Address, out var known))
        {
            endpoints[item.Address] = new Endpoint
            {
                Address = item.Address,
                Ports = targets,
                Health = item.Health,
                Locality = new Locality("", item.Zone, ""),
                Node = item.Node,
            };
            return;
        }

        endpoints[item.Address] = known with
        {
            Ports = known.Ports.SetItems(targets.Where(target => !known.Ports.ContainsKey(target.Key))),
            Health = known.Health == EndpointHealth.Healthy ? EndpointHealth.Healthy : item.Health,
        };
    }

    /// <summary>Ports are joined by name; a slice's number is the resolved one and may differ from slice to slice (K-37).</summary>
    private static ImmutableSortedDictionary<string, int> TargetsOf(KubernetesService service, KubernetesSlice slice)
    {
        var targets = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var port in service.Ports)
        {
            foreach (var found in slice.Ports.Where(candidate => candidate.Name == port.Name).Take(1))
            {
                var number = found.Number != 0 ? found.Number : port.Target != 0 ? port.Target : port.Number;
                targets[NameOf(port)] = number;
            }
        }

        return targets.ToImmutable();
    }

    /// <summary>Of a dual-stack service one family is used, or each pod would count twice (K-36): the service's first that has endpoints.</summary>
    private static string ChooseFamily(KubernetesService service, IReadOnlyList<KubernetesSlice> slices)
    {
        foreach (var family in service.Families.Append("IPv4"))
        {
            if (slices.Any(slice => slice.Family == family && slice.Endpoints.Length > 0))
            {
                return family;
            }
        }

        return "IPv6";
    }

    private static string NameOf(KubernetesPort port) => port.Name.Length > 0 ? port.Name : port.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The Service's word first, then the slices', then the port name's first part (K-40).</summary>
    private static PortProtocol ProtocolOf(KubernetesPort port, List<KubernetesSlice> slices)
    {
        var fromSlices = slices.SelectMany(slice => slice.Ports).Where(found => found.Name == port.Name).Select(found => found.AppProtocol);
        var word = fromSlices.Prepend(port.AppProtocol).FirstOrDefault(text => text.Length > 0) ?? port.Name.Split('-')[0];
        return PortProtocols.ByAppProtocol.TryGetValue(word, out var protocol) ? protocol : PortProtocol.Tcp;
    }
}
