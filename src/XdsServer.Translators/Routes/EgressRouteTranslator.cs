using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Routes;

/// <summary>The <c>egress</c> route configuration: which cluster a request goes to, by its <c>Host</c>.</summary>
internal static class EgressRouteTranslator
{
    /// <summary>Its name, the same for every proxy.</summary>
    public const string Name = "egress";

    /// <summary>Adds the route configuration: one virtual host for each HTTP port of each service, and one for unknown hosts.</summary>
    public static void Translate(EgressInputs inputs, LayerBuilder builder)
    {
        var services = inputs.Services.Services.Where(HasHttp).ToImmutableArray();
        var aliases = AliasTable.Create(services, new AliasScope(inputs.Namespace, inputs.Config.ClusterDomain), builder);
        var translator = new ServiceRouteTranslator(inputs.Services, inputs.Routes, inputs.Config.RequestTimeout, builder);
        var configuration = new RouteConfiguration { Name = Name, ValidateClusters = false };
        foreach (var service in services)
        {
            configuration.VirtualHosts.AddRange(VirtualHosts(service, aliases.Of(service), inputs.EgressPort, translator));
        }

        configuration.VirtualHosts.Add(UnknownHosts(inputs));
        ReportMissingPorts(inputs, builder);
        builder.Add(ResourceType.Route, Name, configuration, [.. services.Select(s => s.Ref), .. inputs.Routes.Routes.SelectMany(RouteCatalog.OriginsOf).Distinct()]);
    }

    private static void ReportMissingPorts(EgressInputs inputs, LayerBuilder builder)
    {
        foreach (var (route, parent) in inputs.Routes.Routes.SelectMany(r => r.Parents.OfType<RouteParent.OfService>().Select(p => (r, p))))
        {
            var port = inputs.Services.Find(parent.Service)?.PortByNumber(parent.Port);
            if (parent.Port != 0 && port?.Protocol.IsHttp() != true)
            {
                builder.Report(Problems.NoSuchPort(route, parent.Service, parent.Port));
            }
        }
    }

    private static bool HasHttp(MeshService service) => service.Ports.Any(p => p.Protocol.IsHttp());

    private static IEnumerable<VirtualHost> VirtualHosts(MeshService service, IReadOnlyList<string> aliases, int egressPort, ServiceRouteTranslator translator)
    {
        var main = service.Ports.MainHttpPort();
        foreach (var port in service.Ports.Where(p => p.Protocol.IsHttp()))
        {
            var host = new VirtualHost { Name = ClusterName.Of(service.Key, port), RetryPolicy = RetryPolicies.Default() };
            host.Domains.AddRange(aliases.SelectMany(alias => Domains(alias, port, ReferenceEquals(port, main), service, egressPort)));
            host.Routes.AddRange(translator.Translate(service, port));
            if (host.Domains.Count > 0)
            {
                yield return host;
            }
        }
    }

    // Clients that use the proxy's address as a URL send its port in Host; that means the same as no port.
    private static IEnumerable<string> Domains(string alias, ServicePort port, bool isMain, MeshService service, int egressPort)
    {
        if (isMain)
        {
            yield return alias;
        }

        yield return WithPort(alias, port.Port);
        if (isMain && !service.Ports.Any(p => p.Protocol.IsHttp() && p.Port == egressPort))
        {
            yield return WithPort(alias, egressPort);
        }
    }

    private static string WithPort(string alias, int port) => string.Create(CultureInfo.InvariantCulture, $"{alias}:{port}");

    private static VirtualHost UnknownHosts(EgressInputs inputs) => new()
    {
        Name = "unknown-hosts",
        Domains = { "*" },
        Routes = { inputs.IsTransparent && inputs.Config.AllowUnknownHosts ? RouteParts.Passthrough() : RouteParts.UnknownHost() },
    };
}
