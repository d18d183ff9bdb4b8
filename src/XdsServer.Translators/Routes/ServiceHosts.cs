using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Routes;

/// <summary>One service's virtual hosts, encoded, with what decides them.</summary>
/// <param name="Service">The service.</param>
/// <param name="Names">The names that lead to it.</param>
/// <param name="Routes">The routes that hang on it.</param>
/// <param name="Part">The virtual hosts.</param>
/// <param name="Diagnostics">What was left out of them.</param>
internal sealed record ServiceHosts(MeshService Service, IReadOnlyList<string> Names, ImmutableArray<MeshRoute> Routes, ResourcePart Part, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>One virtual host for each HTTP port that some name leads to.</summary>
    public static ServiceHosts Translate(MeshService service, IReadOnlyList<string> names, ImmutableArray<MeshRoute> routes, EgressTableInputs inputs)
    {
        var builder = new LayerBuilder();
        var translator = new ServiceRouteTranslator(inputs.Services, inputs.Routes, inputs.RequestTimeout, builder);
        var part = ResourcePart.Create(RouteConfiguration.VirtualHostsFieldNumber, [.. VirtualHosts(service, names, inputs.Scope.EgressPort, translator)]);
        return new ServiceHosts(service, names, routes, part, builder.ToContent().Diagnostics);
    }

    private static IEnumerable<VirtualHost> VirtualHosts(MeshService service, IReadOnlyList<string> names, int egressPort, ServiceRouteTranslator translator)
    {
        var main = service.Ports.MainHttpPort();
        foreach (var port in service.Ports.Where(p => p.Protocol.IsHttp()))
        {
            var host = new VirtualHost { Name = ClusterName.Of(service.Key, port), RetryPolicy = RetryPolicies.Default() };
            host.Domains.AddRange(names.SelectMany(name => Domains(name, port, ReferenceEquals(port, main), service, egressPort)));
            host.Routes.AddRange(translator.Translate(service, port));
            if (host.Domains.Count > 0)
            {
                yield return host;
            }
        }
    }

    // Clients that use the proxy's address as a URL send its port in Host; that means the same as no port.
    private static IEnumerable<string> Domains(string name, ServicePort port, bool isMain, MeshService service, int egressPort)
    {
        if (isMain)
        {
            yield return name;
        }

        yield return WithPort(name, port.Port);
        if (isMain && !service.Ports.Any(p => p.Protocol.IsHttp() && p.Port == egressPort))
        {
            yield return WithPort(name, egressPort);
        }
    }

    private static string WithPort(string name, int port) => string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
}
