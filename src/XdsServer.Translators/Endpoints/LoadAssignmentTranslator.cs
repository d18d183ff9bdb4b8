using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using Endpoint = XdsServer.Model.Endpoint;
using Locality = XdsServer.Model.Locality;

namespace XdsServer.Translators.Endpoints;

/// <summary>
/// A port's endpoints as a load assignment: every address once, grouped by priority and locality, in an order that depends on the
/// content only. Without endpoints it is empty, which says "there are none" and is not the same as missing.
/// </summary>
internal static class LoadAssignmentTranslator
{
    private const string LbMetadata = "envoy.lb";

    /// <summary>Those endpoints that serve the port and belong to the subset.</summary>
    public static ClusterLoadAssignment Translate(string clusterName, ServicePort port, ImmutableArray<Endpoint> endpoints, Subset subset)
    {
        var chosen = endpoints
            .Where(e => (e.IsUnixSocket || e.Ports.ContainsKey(port.Name)) && subset.Selects(e.Labels))
            .Select(e => new Target(e.Address, e.IsUnixSocket ? 0 : e.Ports[port.Name], e))
            .GroupBy(t => (t.Address, t.Port))
            .Select(Best)
            .OrderBy(t => t.Address, StringComparer.Ordinal)
            .ThenBy(t => t.Port)
            .ToList();

        var assignment = new ClusterLoadAssignment { ClusterName = clusterName };
        assignment.Endpoints.AddRange(Localities(chosen));
        return assignment;
    }

    // Two objects may name one address while an instance moves from one to the other: what takes traffic wins.
    private static Target Best(IEnumerable<Target> sameAddress) => sameAddress
        .OrderBy(t => t.Endpoint.Health switch { EndpointHealth.Healthy => 0, EndpointHealth.Draining => 1, _ => 2 })
        .ThenBy(t => t.Endpoint.Priority)
        .First();

    // Envoy wants priorities without gaps, from 0.
    private static IEnumerable<LocalityLbEndpoints> Localities(List<Target> targets)
    {
        var priorities = targets.Select(t => t.Endpoint.Priority).Distinct().Order().ToList();
        var divisor = WeightDivisor(targets);
        return targets
            .GroupBy(t => (t.Endpoint.Priority, t.Endpoint.Locality))
            .OrderBy(g => g.Key.Priority)
            .ThenBy(g => g.Key.Locality.Region, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Locality.Zone, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Locality.SubZone, StringComparer.Ordinal)
            .Select(g => Group(g.Key.Locality, priorities.IndexOf(g.Key.Priority), g, divisor));
    }

    private static LocalityLbEndpoints Group(Locality locality, int priority, IEnumerable<Target> targets, uint divisor)
    {
        var group = new LocalityLbEndpoints
        {
            Priority = (uint)priority,
            Locality = new Envoy.Config.Core.V3.Locality { Region = locality.Region, Zone = locality.Zone, SubZone = locality.SubZone },
        };
        foreach (var target in targets)
        {
            group.LbEndpoints.Add(LbEndpoint(target, Weight(target, divisor)));
        }

        // gRPC clients ignore a locality without a weight; this one keeps the endpoints' shares.
        group.LoadBalancingWeight = group.LbEndpoints.Aggregate(0u, (sum, e) => sum + e.LoadBalancingWeight.GetValueOrDefault(1));
        return group;
    }

    private static LbEndpoint LbEndpoint(Target target, uint weight)
    {
        var lbEndpoint = new LbEndpoint
        {
            Endpoint = new Envoy.Config.Endpoint.V3.Endpoint { Address = AddressOf(target) },
            HealthStatus = target.Endpoint.Health switch
            {
                EndpointHealth.Healthy => HealthStatus.Healthy,
                EndpointHealth.Draining => HealthStatus.Draining,
                EndpointHealth.Unhealthy => HealthStatus.Unhealthy,
                _ => throw new ArgumentOutOfRangeException(nameof(target), target.Endpoint.Health, "Unknown health."),
            },
            LoadBalancingWeight = weight,
        };
        if (!target.Endpoint.Labels.IsEmpty)
        {
            lbEndpoint.Metadata = Labels(target.Endpoint.Labels);
        }

        return lbEndpoint;
    }

    private static Metadata Labels(ImmutableSortedDictionary<string, string> labels)
    {
        var values = new Struct();
        foreach (var (key, value) in labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            values.Fields.Add(key, Value.ForString(value));
        }

        return new Metadata { FilterMetadata = { { LbMetadata, values } } };
    }

    private static Address AddressOf(Target target) => target.Endpoint.IsUnixSocket
        ? new Address { Pipe = new Pipe { Path = target.Address["unix://".Length..] } }
        : new Address { SocketAddress = new SocketAddress { Address = target.Address, PortValue = (uint)target.Port } };

    private static uint Weight(Target target, uint divisor) => Math.Max(1, (uint)Math.Max(1, target.Endpoint.Weight ?? 1) / divisor);

    // The weights of one priority must fit 32 bits together; huge ones are scaled down, which keeps their shares.
    private static uint WeightDivisor(List<Target> targets)
    {
        var sum = targets.Sum(t => (long)Math.Max(1, t.Endpoint.Weight ?? 1));
        return (uint)(sum / (uint.MaxValue / 2)) + 1;
    }

    private readonly record struct Target(string Address, int Port, Endpoint Endpoint);
}
