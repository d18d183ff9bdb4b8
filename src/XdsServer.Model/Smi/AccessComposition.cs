using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// Traffic targets as access rules. Whatever cannot be resolved grants nothing, and nothing is ever granted because of a mistake.
/// </summary>
internal sealed class AccessComposition(IReadOnlyDictionary<ServiceKey, RouteGroup> groups, ILookup<ServiceKey, PortRoute> routes, List<Diagnostic> diagnostics)
{
    /// <summary>The rule of a target; null when it may grant nothing at all.</summary>
    public AccessRule? Evaluate(TrafficTarget target)
    {
        if (target.Destination.Namespace != target.Key.Namespace)
        {
            diagnostics.Add(SmiDiagnostics.ForeignDestination(target));
            return null;
        }

        var found = Resolve(target);
        ImmutableArray<AccessGrant> grants = target.Sources.IsEmpty ? [] : [.. Grants(target, found)];
        if (grants.IsEmpty)
        {
            diagnostics.Add(SmiDiagnostics.GrantsNothing(target, target.Sources.IsEmpty ? "nobody is named who may ask" : "no rule is usable"));
        }

        return new AccessRule
        {
            Ref = target.Ref,
            Location = target.Location,
            Revision = string.Join('/', found.Origins.Select(o => o.Revision).Prepend(target.Revision)),
            Destination = target.Destination,
            Sources = target.Sources,
            Grants = grants,
            Origins = [.. found.Origins.Select(o => o.Ref)],
        };
    }

    private Resolved Resolve(TrafficTarget target)
    {
        var found = new Resolved();
        for (var i = 0; i < target.Rules.Length; i++)
        {
            var rule = target.Rules[i];
            var key = new ServiceKey(target.Key.Namespace, rule.Name);
            if (rule.Kind == TargetRuleKind.HttpRouteGroup)
            {
                AddGroup(target, i, key, found);
            }
            else
            {
                AddPorts(target, i, routes[key].FirstOrDefault(r => r.IsUdp == (rule.Kind == TargetRuleKind.UdpRoute)), found);
            }
        }

        return found;
    }

    private void AddGroup(TrafficTarget target, int index, ServiceKey key, Resolved found)
    {
        var rule = target.Rules[index];
        found.HasHttp = true;
        if (!groups.TryGetValue(key, out var group))
        {
            diagnostics.Add(SmiDiagnostics.MissingSpecification(target, index, $"HTTPRouteGroup {rule.Name}"));
            return;
        }

        found.Origins.Add(group);
        foreach (var name in rule.Matches.Where(m => group.Matches.All(known => known.Name != m)))
        {
            diagnostics.Add(SmiDiagnostics.MissingSpecification(target, index, $"match {name} of HTTPRouteGroup {rule.Name}"));
        }

        found.Matches.AddRange(group.Matches.Where(m => rule.Matches.IsEmpty || rule.Matches.Contains(m.Name)).SelectMany(m => m.AnyOf));
    }

    private void AddPorts(TrafficTarget target, int index, PortRoute? route, Resolved found)
    {
        var rule = target.Rules[index];
        found.HasTcp |= rule.Kind == TargetRuleKind.TcpRoute;
        if (route is null)
        {
            diagnostics.Add(SmiDiagnostics.MissingSpecification(target, index, $"{(rule.Kind == TargetRuleKind.TcpRoute ? "TCPRoute" : "UDPRoute")} {rule.Name}"));
            return;
        }

        if (route.IsUdp)
        {
            diagnostics.Add(SmiDiagnostics.Udp(target, index));
        }

        found.Origins.Add(route);
        (route.IsUdp ? found.Udp : found.Tcp).Add(route);
    }

    // Together with a group, TCP routes narrow: requests on these ports, not connections of any kind.
    private static IEnumerable<AccessGrant> Grants(TrafficTarget target, Resolved found)
    {
        var tcp = found.HasTcp ? Ports(found.Tcp, target.Port) : target.Port is { } only ? [only] : [];
        if (found.HasHttp && found.Matches.Count > 0 && tcp is { } httpPorts)
        {
            yield return new AccessGrant(AccessTransport.Http, httpPorts, [.. found.Matches]);
        }

        if (!found.HasHttp && found.HasTcp && tcp is { } tcpPorts)
        {
            yield return new AccessGrant(AccessTransport.Tcp, tcpPorts, []);
        }

        if (Ports(found.Udp, target.Port) is { } udpPorts)
        {
            yield return new AccessGrant(AccessTransport.Udp, udpPorts, []);
        }
    }

    /// <summary>The ports of all these together, no more than <paramref name="only"/>; empty: all ports; null: none.</summary>
    private static ImmutableArray<int>? Ports(List<PortRoute> routes, int? only)
    {
        if (routes.Count == 0)
        {
            return null;
        }

        ImmutableArray<int> ports = routes.Exists(r => r.Ports.IsEmpty) ? [] : [.. routes.SelectMany(r => r.Ports).Distinct().Order()];
        return only is not { } port ? ports
            : ports.IsEmpty || ports.Contains(port) ? [port]
            : null;
    }

    private sealed class Resolved
    {
        public List<MeshObject> Origins { get; } = [];

        public List<RouteMatch> Matches { get; } = [];

        public List<PortRoute> Tcp { get; } = [];

        public List<PortRoute> Udp { get; } = [];

        public bool HasHttp { get; set; }

        public bool HasTcp { get; set; }
    }
}
