using System.Collections.Immutable;
using System.Net;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Listeners;

/// <summary>All that a workload's inbound resources are made from.</summary>
/// <param name="Entry">The workload's service; null when it has none.</param>
internal sealed record InboundInputs(ServiceEntry? Entry, TimeSpan ConnectTimeout, int InboundPort);

/// <summary>A service port, and the port of 127.0.0.1 on which the application serves it.</summary>
internal readonly record struct LocalPort(ServicePort Port, int Target);

/// <summary>
/// Where the application beside a sidecar listens. A proxy does not know which endpoint it stands beside, but all endpoints of a
/// service normally name one port; endpoints that name the inbound port itself say nothing about the application.
/// </summary>
internal static class InboundPorts
{
    /// <summary>Every port of the service, in the order written.</summary>
    public static ImmutableArray<LocalPort> Of(InboundInputs inputs, LayerBuilder builder) => inputs.Entry is null
        ? []
        : [.. inputs.Entry.Service.Ports.Select(p => new LocalPort(p, Target(inputs.Entry, p, inputs.InboundPort, builder)))];

    /// <summary>Ports of 127.0.0.1 that endpoints of this service listen on.</summary>
    public static IEnumerable<int> Loopback(ServiceEntry entry) => entry.Endpoints
        .SelectMany(e => e.Endpoints)
        .Where(e => IPAddress.TryParse(e.Address, out var ip) && IPAddress.IsLoopback(ip))
        .SelectMany(e => e.Ports.Values);

    private static int Target(ServiceEntry entry, ServicePort port, int inboundPort, LayerBuilder builder)
    {
        var candidates = entry.Endpoints
            .SelectMany(e => e.Endpoints)
            .Select(e => e.Ports.GetValueOrDefault(port.Name, 0))
            .Where(p => p != 0 && p != inboundPort)
            .GroupBy(p => p)
            .OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key)
            .Select(g => g.Key)
            .ToList();
        if (candidates.Count > 1)
        {
            builder.Report(Problems.AmbiguousTargetPort(entry.Service, port, candidates[0]));
        }

        return candidates.Count > 0 ? candidates[0] : port.Port;
    }
}
