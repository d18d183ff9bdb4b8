using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>What is the same of all egress route configurations, from wherever they are seen.</summary>
internal sealed class RouteFacts
{
    private readonly ServiceCatalog _services;
    private readonly RouteCatalog _routes;
    private readonly ImmutableArray<ObjectRef> _ofRoutes;

    private RouteFacts(ServiceCatalog services, RouteCatalog routes, RouteFacts? previous)
    {
        _services = services;
        _routes = routes;
        _ofRoutes = [.. routes.Routes.SelectMany(RouteCatalog.OriginsOf).Distinct()];
        Origins = previous is not null && ReferenceEquals(previous._services, services) && previous._ofRoutes.AsSpan().SequenceEqual(_ofRoutes.AsSpan())
            ? previous.Origins
            : [.. services.HttpServices.Select(s => s.Ref), .. _ofRoutes];
        Diagnostics = [.. MissingPorts(services, routes)];
    }

    /// <summary>The objects that they are made from; the instance stays as long as none comes or goes.</summary>
    public ImmutableArray<ObjectRef> Origins { get; }

    /// <summary>Routes that apply to ports which are not there.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>The facts; <paramref name="previous"/> itself when these are its services and routes.</summary>
    public static RouteFacts Create(ServiceCatalog services, RouteCatalog routes, RouteFacts? previous) =>
        previous is not null && ReferenceEquals(previous._services, services) && ReferenceEquals(previous._routes, routes) ? previous : new RouteFacts(services, routes, previous);

    private static IEnumerable<Diagnostic> MissingPorts(ServiceCatalog services, RouteCatalog routes)
    {
        foreach (var (route, parent) in routes.Routes.SelectMany(r => r.Parents.OfType<RouteParent.OfService>().Where(p => p.Port != 0).Select(p => (r, p))))
        {
            if (services.Find(parent.Service)?.PortByNumber(parent.Port)?.Protocol.IsHttp() != true)
            {
                yield return Problems.NoSuchPort(route, parent.Service, parent.Port);
            }
        }
    }
}
