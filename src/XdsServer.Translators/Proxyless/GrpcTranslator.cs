using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Proxyless;

/// <summary>All that a namespace's proxyless gRPC clients get, besides clusters.</summary>
internal sealed record GrpcInputs(ServiceCatalog Services, RouteCatalog Routes, MeshConfig Config, string Namespace);

/// <summary>
/// For each gRPC or HTTP/2 port of a service a route configuration, and an API listener for each name that a client may dial:
/// <c>xds:///web.demo.svc.cluster.local:80</c> asks for the listener of exactly that name.
/// </summary>
internal sealed class GrpcTranslator(GrpcInputs inputs, LayerBuilder builder)
{
    private readonly GrpcRoutes _adapter = new(builder);
    private readonly ServiceRouteTranslator _routes = new(inputs.Services, inputs.Routes, inputs.Config.RequestTimeout, builder);

    /// <summary>Listeners and routes of all services.</summary>
    public void Translate()
    {
        var services = inputs.Services.Services.Where(s => s.Ports.Any(IsGrpc)).ToImmutableArray();
        var aliases = AliasTable.Create(services, new AliasScope(inputs.Namespace, inputs.Config.ClusterDomain), builder);
        foreach (var service in services)
        {
            if (service.Resolution == Resolution.Dns)
            {
                builder.Report(GrpcProblems.Dns(service));
                continue;
            }

            foreach (var port in service.Ports.Where(IsGrpc))
            {
                Translate(service, port, aliases.Of(service));
            }
        }
    }

    private static bool IsGrpc(ServicePort port) => port.Protocol is PortProtocol.Grpc or PortProtocol.Http2;

    private void Translate(MeshService service, ServicePort port, IReadOnlyList<string> aliases)
    {
        var name = "grpc/" + ClusterName.Of(service.Key, port);
        var applicable = inputs.Routes.ForService(service.Key);
        builder.Add(ResourceType.Route, name, RoutesOf(name, service, port), [service.Ref, .. applicable.SelectMany(RouteCatalog.OriginsOf)]);
        foreach (var alias in aliases.SelectMany(a => Names(a, service, port)))
        {
            builder.Add(ResourceType.Listener, alias, ApiListener(alias, name), service.Ref);
        }
    }

    // Without a port a name means the service's first gRPC port.
    private static IEnumerable<string> Names(string alias, MeshService service, ServicePort port)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{alias}:{port.Port}");
        if (ReferenceEquals(port, service.Ports.First(IsGrpc)))
        {
            yield return alias;
        }
    }

    // The one virtual host takes every authority: which service is meant was decided by the listener's name.
    private RouteConfiguration RoutesOf(string name, MeshService service, ServicePort port)
    {
        var host = new VirtualHost { Name = name, Domains = { "*" } };
        var sources = inputs.Routes.ForService(service.Key);
        foreach (var route in _routes.Translate(service, port with { Protocol = PortProtocol.Grpc }))
        {
            host.Routes.AddRange(_adapter.Adapt(route, sources.FirstOrDefault(s => route.Name.StartsWith($"{s.Namespace}/{s.Ref.Name}/", StringComparison.Ordinal))));
        }

        return new RouteConfiguration { Name = name, VirtualHosts = { host } };
    }

    private static Listener ApiListener(string name, string routes) => new()
    {
        Name = name,
        ApiListener = new Envoy.Config.Listener.V3.ApiListener
        {
            ApiListener_ = Any.Pack(new HttpConnectionManager
            {
                StatPrefix = routes,
                Rds = new Rds { RouteConfigName = routes, ConfigSource = AdsSource.Create() },
                HttpFilters = { new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Any.Pack(new Router()) } },
            }),
        },
    };
}
