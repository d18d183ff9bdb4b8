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

/// <summary>All that the listeners of a namespace's proxyless gRPC clients are made from.</summary>
internal sealed record GrpcInputs(ServiceCatalog Services, MeshConfig Config, string Namespace);

/// <summary>All that the routes of proxyless gRPC clients are made from.</summary>
/// <param name="Routes">Routes of services with gRPC ports.</param>
internal sealed record GrpcRouteInputs(ServiceCatalog Services, RouteCatalog Routes, MeshConfig Config);

/// <summary>
/// For each gRPC or HTTP/2 port of a service a route configuration, and an API listener for each name that a client may dial:
/// <c>xds:///web.demo.svc.cluster.local:80</c> asks for the listener of exactly that name.
/// </summary>
/// <remarks>A name's route configuration does not depend on who dials, so all namespaces share the routes.</remarks>
internal static class GrpcTranslator
{
    /// <summary>The listeners of all services.</summary>
    public static void Listeners(GrpcInputs inputs, LayerBuilder builder)
    {
        var services = inputs.Services.Services.Where(s => s.Ports.Any(p => p.Protocol.IsGrpc())).ToImmutableArray();
        var aliases = AliasTable.Create(services, new AliasScope(inputs.Namespace, inputs.Config.ClusterDomain), builder);
        foreach (var service in services)
        {
            if (service.Resolution == Resolution.Dns)
            {
                builder.Report(GrpcProblems.Dns(service));
                continue;
            }

            foreach (var (port, alias) in service.Ports.Where(p => p.Protocol.IsGrpc()).SelectMany(p => aliases.Of(service).SelectMany(a => Names(a, service, p)).Select(a => (p, a))))
            {
                builder.Add(ResourceType.Listener, alias, ApiListener(alias, NameOf(service, port)), service.Ref);
            }
        }
    }

    /// <summary>The routes of all services.</summary>
    public static void Routes(GrpcRouteInputs inputs, LayerBuilder builder)
    {
        var adapter = new GrpcRoutes(builder);
        var translator = new ServiceRouteTranslator(inputs.Services, inputs.Routes, inputs.Config.RequestTimeout, builder);
        foreach (var service in inputs.Services.Services.Where(s => s.Resolution != Resolution.Dns))
        {
            var sources = inputs.Routes.ForService(service.Key);
            foreach (var port in service.Ports.Where(p => p.Protocol.IsGrpc()))
            {
                var name = NameOf(service, port);
                // It takes every authority: which service is meant was decided by the listener's name.
                var host = new VirtualHost { Name = name, Domains = { "*" } };
                host.Routes.AddRange(translator.Translate(service, port with { Protocol = PortProtocol.Grpc }).SelectMany(r => adapter.Adapt(r, SourceOf(r, sources))));
                builder.Add(ResourceType.Route, name, new RouteConfiguration { Name = name, VirtualHosts = { host } }, [service.Ref, .. sources.SelectMany(RouteCatalog.OriginsOf)]);
            }
        }
    }

    private static string NameOf(MeshService service, ServicePort port) => "grpc/" + ClusterName.Of(service.Key, port);

    // Without a port a name means the service's first gRPC port.
    private static IEnumerable<string> Names(string alias, MeshService service, ServicePort port)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{alias}:{port.Port}");
        if (ReferenceEquals(port, service.Ports.First(p => p.Protocol.IsGrpc())))
        {
            yield return alias;
        }
    }

    private static MeshRoute? SourceOf(Route route, ImmutableArray<MeshRoute> sources) =>
        sources.FirstOrDefault(s => route.Name.StartsWith($"{s.Namespace}/{s.Ref.Name}/", StringComparison.Ordinal));

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
