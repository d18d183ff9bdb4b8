using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using RouteMatch = Envoy.Config.Route.V3.RouteMatch;

namespace XdsServer.Translators.Routes;

/// <summary>The routes that several translators emit.</summary>
internal static class RouteParts
{
    private static readonly TimeSpan NoLimit = TimeSpan.Zero;

    /// <summary>Everything.</summary>
    public static RouteMatch Everything() => new() { Prefix = "/" };

    /// <summary>An action with the time limits of a port: calls that may stream keep the client's own deadline and no other.</summary>
    public static RouteAction Action(PortProtocol protocol, TimeSpan? requestTimeout, TimeSpan defaultTimeout)
    {
        if (protocol != PortProtocol.Grpc)
        {
            return new RouteAction { Timeout = Duration.FromTimeSpan(requestTimeout ?? defaultTimeout) };
        }

        var duration = new RouteAction.Types.MaxStreamDuration { GrpcTimeoutHeaderMax = Duration.FromTimeSpan(NoLimit) };
        if (requestTimeout is { } limit)
        {
            duration.MaxStreamDuration_ = Duration.FromTimeSpan(limit);
        }

        return new RouteAction
        {
            Timeout = Duration.FromTimeSpan(requestTimeout ?? NoLimit),
            IdleTimeout = Duration.FromTimeSpan(NoLimit),
            MaxStreamDuration = duration,
        };
    }

    /// <summary>The answer that Envoy gives itself.</summary>
    public static DirectResponseAction Respond(uint status, string body) =>
        new() { Status = status, Body = new DataSource { InlineString = body } };

    /// <summary>For hosts that no service has.</summary>
    public static Route UnknownHost() => new()
    {
        Name = "unknown-host",
        Match = Everything(),
        DirectResponse = Respond(404, "No service of the mesh has this host name.\n"),
    };

    /// <summary>To where the redirected request was meant to go.</summary>
    public static Route Passthrough() => new()
    {
        Name = ClusterName.Passthrough,
        Match = Everything(),
        Route_ = new RouteAction { Cluster = ClusterName.Passthrough, Timeout = Duration.FromTimeSpan(NoLimit) },
    };
}
