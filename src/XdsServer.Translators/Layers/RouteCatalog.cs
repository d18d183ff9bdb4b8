using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Translators.Layers;

/// <summary>All routes, by what they hang on. The same instance as before as long as every route is.</summary>
internal sealed class RouteCatalog
{
    private readonly Dictionary<ServiceKey, ImmutableArray<MeshRoute>> _byService;
    private readonly Dictionary<ServiceKey, ImmutableArray<MeshRoute>> _byGateway;

    // Every namespace asks for the changes since the catalog before. That is remembered by a mark, not by itself: catalogs would never end.
    private readonly object _self = new();
    private readonly object? _before;
    private readonly ImmutableArray<ServiceKey> _changed;

    private RouteCatalog(ImmutableArray<MeshRoute> routes, RouteCatalog? previous)
    {
        Routes = routes;
        _byService = By(routes, p => p is RouteParent.OfService of ? of.Service : null, list => [.. list.OrderBy(route => route.Order)]);
        _byGateway = By(routes, p => p is RouteParent.OfGateway of ? of.Gateway : null, list => [.. list]);
        Subsets = SubsetCatalog.Create(routes, previous?.Subsets);
        _before = previous?._self;
        _changed = previous is null ? [] : ChangesFrom(previous);
    }

    /// <summary>Sorted by <see cref="ObjectRef"/>.</summary>
    public ImmutableArray<MeshRoute> Routes { get; }

    /// <summary>The subsets that some route sends to; the instance stays as long as none comes or goes.</summary>
    public SubsetCatalog Subsets { get; }

    /// <summary>The catalog of these routes; <paramref name="previous"/> itself when none changed.</summary>
    public static RouteCatalog Create(ImmutableArray<MeshRoute> routes, RouteCatalog? previous) =>
        previous is not null && References.AreSame(routes, previous.Routes) ? previous : new RouteCatalog(routes, previous);

    /// <summary>The objects that a route was made from.</summary>
    public static IEnumerable<ObjectRef> OriginsOf(MeshRoute route) => route.Origins.Prepend(route.Ref);

    /// <summary>Routes that hang on a service, or on a port of it, in their order.</summary>
    public ImmutableArray<MeshRoute> ForService(ServiceKey service) => _byService.GetValueOrDefault(service, []);

    /// <summary>Routes that hang on a gateway, or on a listener of it, sorted by <see cref="ObjectRef"/>.</summary>
    public ImmutableArray<MeshRoute> ForGateway(ServiceKey gateway) => _byGateway.GetValueOrDefault(gateway, []);

    /// <summary>The services on which other routes hang than in <paramref name="previous"/>.</summary>
    public ImmutableArray<ServiceKey> ChangedServices(RouteCatalog previous) => ReferenceEquals(previous._self, _before) ? _changed : ChangesFrom(previous);

    private ImmutableArray<ServiceKey> ChangesFrom(RouteCatalog previous) =>
        [.. _byService.Keys.Union(previous._byService.Keys).Where(service => !References.AreSame(ForService(service), previous.ForService(service)))];

    private static Dictionary<ServiceKey, ImmutableArray<MeshRoute>> By(
        ImmutableArray<MeshRoute> routes, Func<RouteParent, ServiceKey?> parent, Func<List<MeshRoute>, ImmutableArray<MeshRoute>> inOrder)
    {
        var lists = new Dictionary<ServiceKey, List<MeshRoute>>();
        foreach (var route in routes)
        {
            foreach (var key in route.Parents.Select(parent).OfType<ServiceKey>().Distinct())
            {
                if (!lists.TryGetValue(key, out var list))
                {
                    lists.Add(key, list = []);
                }

                list.Add(route);
            }
        }

        return lists.ToDictionary(l => l.Key, l => inOrder(l.Value));
    }
}
