using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace XdsServer.Hosting;

/// <summary>What a listener is for. Every connection carries the role of the listener that accepted it.</summary>
internal sealed record ListenerRole(string Name)
{
    /// <summary>gRPC over HTTP/2.</summary>
    public static readonly ListenerRole Grpc = new("grpc");

    /// <summary>REST over HTTP/1.1.</summary>
    public static readonly ListenerRole Rest = new("rest");

    /// <summary>Health, metrics and the read-only API.</summary>
    public static readonly ListenerRole Admin = new("admin");

    /// <summary>SMI's metrics for a Kubernetes API server; not always there.</summary>
    public static readonly ListenerRole SmiMetrics = new("smi-metrics");

    /// <summary>In the order in which the listeners are bound.</summary>
    public static readonly IReadOnlyList<ListenerRole> All = [Grpc, Rest, Admin, SmiMetrics];

    /// <summary>The role of the listener that this request came in on.</summary>
    public static ListenerRole Of(HttpContext context) => context.Features.Get<ListenerRole>() ?? throw new InvalidOperationException("A connection came from a listener without a role.");

    /// <summary>Marks the connections of a listener.</summary>
    public void Mark(ListenOptions listener) => listener.Use(next => connection =>
    {
        connection.Features.Set(this);
        return next(connection);
    });
}
