using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>All that TCP listeners are made from.</summary>
/// <param name="ReservedPorts">Ports of 127.0.0.1 on which something else listens, as text, sorted.</param>
internal sealed record TcpInputs(ServiceCatalog Services, RouteCatalog Routes, string Namespace, int EgressPort, int InboundPort, string ReservedPorts);

/// <summary>
/// One listener for each TCP port of each service. TCP has no <c>Host</c>, so the address must tell the service: an explicit sidecar
/// takes the service's own port on 127.0.0.1 (or on the loopback addresses that the service names), a transparent one the service's
/// virtual addresses, without binding them.
/// </summary>
internal static class TcpListenerTranslator
{
    private const string Localhost = "127.0.0.1";

    /// <summary>Listeners that the application connects to.</summary>
    public static void Explicit(TcpInputs inputs, LayerBuilder builder) => Translate(inputs, builder, LoopbackAddresses, isBound: true).AddBlocked();

    /// <summary>Listeners that the virtual egress listener hands redirected connections to.</summary>
    public static void Transparent(TcpInputs inputs, LayerBuilder builder) => Translate(inputs, builder, s => s.Addresses, isBound: false);

    private static TcpRoutes Translate(TcpInputs inputs, LayerBuilder builder, Func<MeshService, IReadOnlyList<string>> addressesOf, bool isBound)
    {
        var routes = new TcpRoutes(inputs.Services, inputs.Routes, builder);
        var claims = new Dictionary<(string Address, int Port), MeshService>();
        foreach (var service in InOrder(inputs))
        {
            foreach (var port in service.Ports.Where(p => !p.Protocol.IsHttp()))
            {
                if (isBound && Reserved(inputs, service, port) is { } reason)
                {
                    builder.Report(Problems.ReservedPort(service, port, reason));
                    continue;
                }

                if (Claim(service, port, addressesOf(service), claims, inputs.Routes, builder) is { Count: > 0 } addresses)
                {
                    Add(ClusterName.Of(service.Key, port), port.Port, addresses, routes.Of(service, port), isBound, builder);
                }
            }
        }

        return routes;
    }

    // The root of a split before its backends, which commonly have its port: the root is what applications connect to.
    private static IEnumerable<MeshService> InOrder(TcpInputs inputs) => inputs.Services.Services
        .Where(s => s.Ports.Any(p => !p.Protocol.IsHttp()))
        .OrderBy(s => s.Key.Namespace == inputs.Namespace ? 0 : 1)
        .ThenBy(s => inputs.Routes.ForService(s.Key).IsEmpty ? 1 : 0);

    private static string[] LoopbackAddresses(MeshService service)
    {
        var own = service.Addresses.Where(a => IPAddress.TryParse(a, out var ip) && IPAddress.IsLoopback(ip)).ToArray();
        return own.Length > 0 ? own : [Localhost];
    }

    private static string? Reserved(TcpInputs inputs, MeshService service, ServicePort port)
    {
        if (LoopbackAddresses(service) is not [Localhost])
        {
            return null;
        }

        return port.Port switch
        {
            _ when port.Port == inputs.EgressPort => "it is the sidecar's egress port",
            _ when port.Port == inputs.InboundPort => "it is the sidecar's inbound port",
            _ when inputs.ReservedPorts.Split(',').Contains(port.Port.ToString(CultureInfo.InvariantCulture)) => $"an endpoint listens on {Localhost}:{port.Port} itself",
            _ => null,
        };
    }

    private static List<string> Claim(
        MeshService service,
        ServicePort port,
        IReadOnlyList<string> addresses,
        Dictionary<(string Address, int Port), MeshService> claims,
        RouteCatalog routes,
        LayerBuilder builder)
    {
        var claimed = new List<string>();
        foreach (var address in addresses)
        {
            if (claims.TryAdd((address, port.Port), service))
            {
                claimed.Add(address);
            }
            else if (!IsBackend(service, claims[(address, port.Port)], routes))
            {
                builder.Report(Problems.LostPort(service, claims[(address, port.Port)], string.Create(CultureInfo.InvariantCulture, $"{address}:{port.Port}")));
            }
        }

        return claimed;
    }

    private static bool IsBackend(MeshService service, MeshService root, RouteCatalog routes) =>
        routes.ForService(root.Key).Any(route => route.Rules.Any(rule => rule.Backends.Any(b => b.Service == service.Key)));

    private static void Add(string name, int port, List<string> addresses, TcpTargets targets, bool isBound, LayerBuilder builder)
    {
        var listener = new Listener
        {
            Name = name,
            StatPrefix = name,
            Address = Addresses.Of(addresses[0], port),
            TrafficDirection = TrafficDirection.Outbound,
            FilterChains = { new FilterChain { Filters = { TcpConnections.Filter(name, targets.Clusters) } } },
        };
        listener.AdditionalAddresses.AddRange(addresses.Skip(1).Select(a => new AdditionalAddress { Address = Addresses.Of(a, port) }));
        if (!isBound)
        {
            listener.BindToPort = false;
        }

        builder.Add(ResourceType.Listener, name, listener, targets.Origins);
    }
}
