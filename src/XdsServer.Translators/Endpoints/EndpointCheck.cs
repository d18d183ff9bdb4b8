using System.Collections.Immutable;
using System.Net;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Endpoints;

/// <summary>
/// The endpoints of a service that a proxy can use. Envoy refuses a whole load assignment for one address that it cannot read, so
/// such endpoints are left out here, each with a diagnostic.
/// </summary>
internal static class EndpointCheck
{
    /// <summary>All usable endpoints of all the service's objects, in their order.</summary>
    public static ImmutableArray<Endpoint> Apply(ServiceEntry entry, LayerBuilder builder)
    {
        var usable = ImmutableArray.CreateBuilder<Endpoint>();
        foreach (var source in entry.Endpoints)
        {
            for (var i = 0; i < source.Endpoints.Length; i++)
            {
                if (Problem(source.Endpoints[i], entry.Service.Resolution) is { } problem)
                {
                    builder.Report(Problems.UnusableEndpoint(source, i, problem));
                    continue;
                }

                usable.Add(source.Endpoints[i]);
            }
        }

        ReportUnservedPorts(entry, usable, builder);
        return usable.ToImmutable();
    }

    private static string? Problem(Endpoint endpoint, Resolution resolution) => (resolution, endpoint.IsUnixSocket) switch
    {
        (Resolution.Dns, true) => "a Unix socket cannot be resolved by DNS",
        (Resolution.Dns, false) => endpoint.Address.Length == 0 ? "the address is empty" : null,
        (_, true) => endpoint.Address.Length > "unix://".Length ? null : "the socket's path is empty",
        _ => IPAddress.TryParse(endpoint.Address, out _) ? null : $"'{endpoint.Address}' is not an IP address",
    };

    private static void ReportUnservedPorts(ServiceEntry entry, ImmutableArray<Endpoint>.Builder usable, LayerBuilder builder)
    {
        if (usable.Count == 0)
        {
            return;
        }

        foreach (var port in entry.Service.Ports.Where(p => !usable.Any(e => e.IsUnixSocket || e.Ports.ContainsKey(p.Name))))
        {
            builder.Report(Problems.UnservedPort(entry.Service, port));
        }
    }
}
