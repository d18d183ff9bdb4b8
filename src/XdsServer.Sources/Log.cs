using Microsoft.Extensions.Logging;

namespace XdsServer.Sources;

/// <summary>What sources log: events 1xxx.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "Source {Source} read {Services} services with {Endpoints} endpoint objects; {Diagnostics} diagnostics.")]
    public static partial void Read(ILogger logger, string source, int services, int endpoints, int diagnostics);

    [LoggerMessage(1002, LogLevel.Warning, "The system gives no notifications for {Path} ({Reason}); changes are found by looking every {Interval}.")]
    public static partial void NotificationsUnavailable(ILogger logger, string path, string reason, TimeSpan interval);
}
