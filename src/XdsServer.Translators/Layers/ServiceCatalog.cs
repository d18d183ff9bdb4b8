using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Layers;

/// <summary>
/// All services without their endpoints: what routes and listeners are made from. The same instance as before as long as every
/// service is, so that a changed endpoint reaches neither.
/// </summary>
internal sealed class ServiceCatalog
{
    private readonly SharedKeyDictionary<ServiceKey, MeshService> _byKey;
    private readonly SharedKeyDictionary<ServiceKey, MeshService> _http;

    private ServiceCatalog(ImmutableArray<MeshService> services)
    {
        Services = services;
        _byKey = new SharedKeyDictionary<ServiceKey, MeshService>(services.Select(s => s.Key), services);
        ImmutableArray<MeshService> http = [.. services.Where(s => s.Ports.Any(p => p.Protocol.IsHttp()))];
        _http = new SharedKeyDictionary<ServiceKey, MeshService>(http.Select(s => s.Key), http);
        TcpPorts = services.SelectMany(s => s.Ports).Where(p => !p.Protocol.IsHttp()).Select(p => p.Port).ToHashSet();
    }

    /// <summary>Sorted by key.</summary>
    public ImmutableArray<MeshService> Services { get; }

    /// <summary>Those with a port that speaks HTTP, sorted by key.</summary>
    public ImmutableArray<MeshService> HttpServices => _http.Items;

    /// <summary>The numbers of all ports that do not speak HTTP.</summary>
    public IReadOnlySet<int> TcpPorts { get; }

    /// <summary>The catalog of a model; <paramref name="previous"/> itself when no service changed.</summary>
    public static ServiceCatalog Create(ImmutableArray<ServiceEntry> entries, ServiceCatalog? previous) =>
        previous is not null && IsSame(entries, previous.Services) ? previous : new ServiceCatalog([.. entries.Select(e => e.Service)]);

    /// <summary>The service of that key, or null.</summary>
    public MeshService? Find(ServiceKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>The place of a service among <see cref="Services"/>, or -1.</summary>
    public int IndexOf(ServiceKey key) => _byKey.IndexOf(key);

    /// <summary>The place of a service among <see cref="HttpServices"/>, or -1.</summary>
    public int HttpIndexOf(ServiceKey key) => _http.IndexOf(key);

    /// <summary>True when the route hangs on a service that has such a port.</summary>
    public bool HasPort(MeshRoute route, Func<PortProtocol, bool> speaks) =>
        route.Parents.OfType<RouteParent.OfService>().Any(p => Find(p.Service)?.Ports.Any(port => speaks(port.Protocol)) == true);

    private static bool IsSame(ImmutableArray<ServiceEntry> entries, ImmutableArray<MeshService> services)
    {
        if (entries.Length != services.Length)
        {
            return false;
        }

        for (var i = 0; i < entries.Length; i++)
        {
            if (!ReferenceEquals(entries[i].Service, services[i]))
            {
                return false;
            }
        }

        return true;
    }
}
