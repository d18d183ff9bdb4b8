using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Translators.Layers;

/// <summary>All routes, by what they hang on. The same instance as before as long as every route is.</summary>
internal sealed class RouteCatalog
{
    private readonly Dictionary<ServiceKey, ImmutableArray<MeshRoute>> _byService;
    private readonly Dictionary<ServiceKey, ImmutableArray<Subset>> _subsets;

    private RouteCatalog(ImmutableArray<MeshRoute> routes)
    {
        Routes = routes;
        _byService = routes
            .SelectMany(route => route.Parents.OfType<RouteParent.OfService>().Select(p => p.Service).Distinct().Select(service => (service, route)))
            .GroupBy(pair => pair.service)
            .ToDictionary(g => g.Key, g => g.Select(pair => pair.route).OrderBy(route => route.Order).ToImmutableArray());
        _subsets = routes
            .SelectMany(route => route.Rules)
            .SelectMany(rule => rule.Backends)
            .Where(backend => !backend.Subset.IsEmpty)
            .GroupBy(backend => backend.Service)
            .ToDictionary(g => g.Key, g => g.Select(b => new Subset(b.Subset)).DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal).ToImmutableArray());
    }

    /// <summary>Sorted by <see cref="ObjectRef"/>.</summary>
    public ImmutableArray<MeshRoute> Routes { get; }

    /// <summary>The catalog of these routes; <paramref name="previous"/> itself when none changed.</summary>
    public static RouteCatalog Create(ImmutableArray<MeshRoute> routes, RouteCatalog? previous) =>
        previous is not null && References.AreSame(routes, previous.Routes) ? previous : new RouteCatalog(routes);

    /// <summary>The objects that a route was made from.</summary>
    public static IEnumerable<ObjectRef> OriginsOf(MeshRoute route) => route.Origins.Prepend(route.Ref);

    /// <summary>Routes that hang on a service, or on a port of it, in their order.</summary>
    public ImmutableArray<MeshRoute> ForService(ServiceKey service) => _byService.GetValueOrDefault(service, []);

    /// <summary>The subsets of a service that some route sends to, sorted by name.</summary>
    public ImmutableArray<Subset> SubsetsOf(ServiceKey service) => _subsets.GetValueOrDefault(service, []);
}
