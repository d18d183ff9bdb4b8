using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Routes;

/// <summary>From where hosts are looked up: whose short names count, and the egress listener's port, which clients may send along.</summary>
internal readonly record struct EgressScope(string Namespace, int EgressPort);

/// <summary>All that a table is made from.</summary>
internal sealed record EgressTableInputs(ServiceCatalog Services, RouteCatalog Routes, RouteFacts Facts, string ClusterDomain, TimeSpan RequestTimeout, EgressScope Scope)
{
    /// <summary>True when a service's hosts, known by their names, can be taken over from a table of those inputs as long as it has the same routes.</summary>
    public bool CanShare(EgressTableInputs other) => RequestTimeout == other.RequestTimeout && Scope.EgressPort == other.Scope.EgressPort;

    /// <summary>True when every service has the same names as with those inputs.</summary>
    public bool HasSameNames(EgressTableInputs other) => ReferenceEquals(Services, other.Services) && ClusterDomain == other.ClusterDomain && Scope == other.Scope;
}

/// <summary>
/// What the hosts of all services lead to. A service's hosts are translated once for all namespaces that see them under the same names, and
/// again only when its routes change. Immutable.
/// </summary>
internal sealed class EgressTable
{
    private readonly EgressTableInputs _inputs;
    private readonly PagedArray<ServiceHosts> _hosts;
    private readonly ImmutableArray<Diagnostic> _ofNames;
    private readonly ImmutableArray<Diagnostic> _ofHosts;

    private EgressTable(EgressTableInputs inputs, PagedArray<ServiceHosts> hosts, PartList parts, ImmutableArray<Diagnostic> ofNames, ImmutableArray<Diagnostic> ofHosts)
    {
        _inputs = inputs;
        _hosts = hosts;
        _ofNames = ofNames;
        _ofHosts = ofHosts;
        Parts = parts;
        Diagnostics = [.. ofNames, .. ofHosts, .. inputs.Facts.Diagnostics];
    }

    /// <summary>From where hosts are looked up.</summary>
    public EgressScope Scope => _inputs.Scope;

    /// <summary>The virtual hosts of each service that has HTTP ports, in the order of their keys.</summary>
    public PartList Parts { get; }

    /// <summary>The objects that all of it is made from.</summary>
    public ImmutableArray<ObjectRef> Origins => _inputs.Facts.Origins;

    /// <summary>What was left out.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    /// <summary>The table of these inputs; <paramref name="previous"/> itself when they are its inputs.</summary>
    /// <param name="inputs">All that counts.</param>
    /// <param name="previous">The table of the same scope in the run before; saves work and changes nothing.</param>
    /// <param name="other">A table of another scope; saves work and changes nothing.</param>
    public static EgressTable Create(EgressTableInputs inputs, EgressTable? previous, EgressTable? other)
    {
        if (previous is null || !inputs.HasSameNames(previous._inputs) || !inputs.CanShare(previous._inputs))
        {
            return Make(inputs, previous, other);
        }

        return ReferenceEquals(inputs.Routes, previous._inputs.Routes) ? previous : previous.With(inputs, other);
    }

    private static EgressTable Make(EgressTableInputs inputs, EgressTable? previous, EgressTable? other)
    {
        var builder = new LayerBuilder();
        var services = inputs.Services.HttpServices;
        var names = AliasTable.Create(services, new AliasScope(inputs.Scope.Namespace, inputs.ClusterDomain), builder);
        var hosts = new List<ServiceHosts>(services.Length);
        foreach (var service in services)
        {
            hosts.Add(HostsOf(service, names.Of(service), inputs, previous, other));
        }

        var all = PagedArray<ServiceHosts>.Create(hosts);
        return new EgressTable(inputs, all, PartList.Create(hosts.ConvertAll(h => h.Part), other?.Parts), builder.ToContent().Diagnostics, Of(all));
    }

    private EgressTable With(EgressTableInputs inputs, EgressTable? other)
    {
        var replaced = new List<(int Place, ServiceHosts Hosts)>();
        var hasDiagnostics = false;
        foreach (var place in inputs.Routes.ChangedServices(_inputs.Routes).Select(inputs.Services.HttpIndexOf).Where(i => i >= 0))
        {
            var (old, now) = (_hosts[place], HostsOf(_hosts[place].Service, _hosts[place].Names, inputs, this, other));
            replaced.Add((place, now));
            hasDiagnostics |= !old.Diagnostics.IsEmpty || !now.Diagnostics.IsEmpty;
        }

        var all = _hosts.With(replaced);
        return new EgressTable(inputs, all, Parts.With(replaced.ConvertAll(r => (r.Place, r.Hosts.Part))), _ofNames, hasDiagnostics ? Of(all) : _ofHosts);
    }

    private static ImmutableArray<Diagnostic> Of(PagedArray<ServiceHosts> hosts) => [.. hosts.Where(h => !h.Diagnostics.IsEmpty).SelectMany(h => h.Diagnostics)];

    private static ServiceHosts HostsOf(MeshService service, IReadOnlyList<string> names, EgressTableInputs inputs, EgressTable? previous, EgressTable? other)
    {
        var routes = inputs.Routes.ForService(service.Key);
        return previous?.Find(service, names, routes, inputs)
            ?? other?.Find(service, names, routes, inputs)
            ?? ServiceHosts.Translate(service, names, routes, inputs);
    }

    // Routes lead to other services, so with routes the services must be the same; without any, a service's hosts are its own business.
    private ServiceHosts? Find(MeshService service, IReadOnlyList<string> names, ImmutableArray<MeshRoute> routes, EgressTableInputs inputs)
    {
        var place = _inputs.CanShare(inputs) ? _inputs.Services.HttpIndexOf(service.Key) : -1;
        return place >= 0
            && _hosts[place] is var found
            && ReferenceEquals(found.Service, service)
            && References.AreSame(found.Routes, routes)
            && (routes.IsEmpty || ReferenceEquals(inputs.Services, _inputs.Services))
            && (ReferenceEquals(found.Names, names) || found.Names.SequenceEqual(names, StringComparer.Ordinal))
                ? found
                : null;
    }
}
