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
internal sealed record TcpInputs(ServiceCatalog Services, string Namespace, int EgressPort, int InboundPort, string ReservedPorts);

/// <summary>
/// One listener for each TCP port of each service. TCP has no <c>Host</c>, so the address must tell the service: an explicit sidecar
/// takes the service's own port on 127.0.0.1 (or on the loopback addresses that the service names), a transparent one the service's
/// virtual addresses, without binding them.
/// </summary>
internal static class TcpListenerTranslator
{
    private const string Localhost = "127.0.0.1";

    /// <summary>Listeners that the application connects to.</summary>
    public static void Explicit(TcpInputs inputs, LayerBuilder builder) => Translate(inputs, builder, LoopbackAddresses, isBound: true);

    /// <summary>Listeners that the virtual egress listener hands redirected connections to.</summary>
    public static void Transparent(TcpInputs inputs, LayerBuilder builder) => Translate(inputs, builder, s => s.Addresses, isBound: false);

    private static void Translate(TcpInputs inputs, LayerBuilder builder, Func<MeshService, IReadOnlyList<string>> addressesOf, bool isBound)
    {
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

                Add(service, port, Claim(service, port, addressesOf(service), claims, builder), isBound, builder);
            }
        }
    }

    private static IEnumerable<MeshService> InOrder(TcpInputs inputs) => inputs.Services.Services
        .Where(s => s.Ports.Any(p => !p.Protocol.IsHttp()))
        .OrderBy(s => s.Key.Namespace == inputs.Namespace ? 0 : 1);

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
        LayerBuilder builder)
    {
        var claimed = new List<string>();
        foreach (var address in addresses)
        {
            if (claims.TryAdd((address, port.Port), service))
            {
                claimed.Add(address);
            }
            else
            {
                builder.Report(Problems.LostPort(service, claims[(address, port.Port)], string.Create(CultureInfo.InvariantCulture, $"{address}:{port.Port}")));
            }
        }

        return claimed;
    }

    private static void Add(MeshService service, ServicePort port, List<string> addresses, bool isBound, LayerBuilder builder)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        var name = ClusterName.Of(service.Key, port);
        var listener = new Listener
        {
            Name = name,
            StatPrefix = name,
            Address = Addresses.Of(addresses[0], port.Port),
            TrafficDirection = TrafficDirection.Outbound,
            FilterChains = { new FilterChain { Filters = { TcpConnections.Filter(name) } } },
        };
        listener.AdditionalAddresses.AddRange(addresses.Skip(1).Select(a => new AdditionalAddress { Address = Addresses.Of(a, port.Port) }));
        if (!isBound)
        {
            listener.BindToPort = false;
        }

        builder.Add(ResourceType.Listener, name, listener, service.Ref);
    }
}
