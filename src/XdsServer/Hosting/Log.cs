using System.Net;

namespace XdsServer.Hosting;

/// <summary>5xxx: the process itself.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Information, "Serving xDS: gRPC on {Grpc}, REST on {Rest}, admin on http://{Admin}")]
    public static partial void Serving(this ILogger logger, IPEndPoint grpc, IPEndPoint rest, IPEndPoint admin);

    [LoggerMessage(5004, LogLevel.Information, "Serving SMI's metrics to Kubernetes API servers on https://{Address}")]
    public static partial void ServingSmiMetrics(this ILogger logger, IPEndPoint address);

    [LoggerMessage(5002, LogLevel.Critical, "The loop '{Name}' failed; the server stops")]
    public static partial void LoopFailed(this ILogger logger, Exception exception, string name);

    [LoggerMessage(5003, LogLevel.Critical, "The loop '{Name}' ended although nobody asked it to; the server stops")]
    public static partial void LoopEnded(this ILogger logger, string name);
}
