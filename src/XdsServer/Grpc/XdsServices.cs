using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Grpc;

/// <summary>Every method of the discovery services, each joined to one variant and type (protocol duty 1).</summary>
public static class XdsServices
{
    private static readonly (string Service, string Method, ResourceType? Type)[] Services =
    [
        ("discovery.v3.AggregatedDiscoveryService", "AggregatedResources", null),
        ("cluster.v3.ClusterDiscoveryService", "Clusters", ResourceType.Cluster),
        ("endpoint.v3.EndpointDiscoveryService", "Endpoints", ResourceType.Endpoint),
        ("listener.v3.ListenerDiscoveryService", "Listeners", ResourceType.Listener),
        ("route.v3.RouteDiscoveryService", "Routes", ResourceType.Route),
        ("route.v3.ScopedRoutesDiscoveryService", "ScopedRoutes", ResourceType.ScopedRoute),
        ("route.v3.VirtualHostDiscoveryService", "VirtualHosts", ResourceType.VirtualHost),
        ("secret.v3.SecretDiscoveryService", "Secrets", ResourceType.Secret),
        ("runtime.v3.RuntimeDiscoveryService", "Runtime", ResourceType.Runtime),
        ("extension.v3.ExtensionConfigDiscoveryService", "ExtensionConfigs", ResourceType.ExtensionConfig),
    ];

    /// <summary>Serves one stream of a variant and type (null: aggregated) until it ends.</summary>
    public delegate Task Serve(IMessageStream stream, DiscoveryVariant variant, ResourceType? type, CancellationToken cancellationToken);

    /// <summary>All methods of a discovery server.</summary>
    public static IEnumerable<GrpcMethod> Methods(DiscoveryServer discovery)
    {
        ArgumentNullException.ThrowIfNull(discovery);
        return Methods(discovery.ServeAsync).Concat(Methods(discovery.FetchAsync, discovery.Identifier));
    }

    /// <summary>Answers one request for a type.</summary>
    public delegate Task<FetchResult> Fetch(DiscoveryRequest request, ResourceType type, PeerInfo peer, CancellationToken cancellationToken);

    /// <summary>The streaming methods. Virtual hosts exist in the delta variant only.</summary>
    public static IEnumerable<GrpcMethod> Methods(Serve serve)
    {
        foreach (var (service, method, type) in Services)
        {
            if (type != ResourceType.VirtualHost)
            {
                yield return new GrpcMethod($"envoy.service.{service}/Stream{method}", call => ServeAsync(serve, call, DiscoveryVariant.Sotw, type));
            }

            yield return new GrpcMethod($"envoy.service.{service}/Delta{method}", call => ServeAsync(serve, call, DiscoveryVariant.Delta, type));
        }
    }

    /// <summary>The methods with one answer, which holds all that the request names, whatever version it presents: gRPC has no "not modified".</summary>
    public static IEnumerable<GrpcMethod> Methods(Fetch fetch, string identifier)
    {
        foreach (var (service, method, type) in Services)
        {
            if (type is not null && type != ResourceType.VirtualHost)
            {
                yield return GrpcMethod.Unary($"envoy.service.{service}/Fetch{method}", DiscoveryRequest.Parser, (request, call) => FetchAsync(fetch, identifier, request, type, call));
            }
        }
    }

    private static async Task<IMessage> FetchAsync(Fetch fetch, string identifier, DiscoveryRequest request, ResourceType type, GrpcCall call)
    {
        try
        {
            return (await fetch(request, type, call.Peer, call.Cancellation)).ToResponse(type, identifier);
        }
        catch (DiscoveryException e)
        {
            throw new GrpcException(CodeOf(e.Fault), e.Message);
        }
    }

    /// <summary>The method by which proxies report their load (protocol duty 86).</summary>
    public static GrpcMethod LoadReporting(Func<IMessageStream, CancellationToken, Task> serve) =>
        new("envoy.service.load_stats.v3.LoadReportingService/StreamLoadStats", call => ServeAsync(() => serve(call, call.Cancellation)));

    private static Task ServeAsync(Serve serve, GrpcCall call, DiscoveryVariant variant, ResourceType? type) =>
        ServeAsync(() => serve(call, variant, type, call.Cancellation));

    private static async Task ServeAsync(Func<Task> serve)
    {
        try
        {
            await serve();
        }
        catch (DiscoveryException e)
        {
            throw new GrpcException(CodeOf(e.Fault), e.Message);
        }
    }

    private static GrpcStatusCode CodeOf(DiscoveryFault fault) => fault switch
    {
        DiscoveryFault.InvalidArgument => GrpcStatusCode.InvalidArgument,
        DiscoveryFault.PermissionDenied => GrpcStatusCode.PermissionDenied,
        DiscoveryFault.ResourceExhausted => GrpcStatusCode.ResourceExhausted,
        DiscoveryFault.Unavailable => GrpcStatusCode.Unavailable,
        DiscoveryFault.DeadlineExceeded => GrpcStatusCode.DeadlineExceeded,
        _ => GrpcStatusCode.Internal,
    };
}
