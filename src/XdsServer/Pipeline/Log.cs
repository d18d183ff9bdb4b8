namespace XdsServer.Pipeline;

/// <summary>2xxx: what the pipeline did.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Published run {Run}: {Services} services to {Groups} proxy groups in {Milliseconds:F1} ms")]
    public static partial void Published(this ILogger logger, long run, int services, int groups, double milliseconds);

    [LoggerMessage(2002, LogLevel.Error, "Run {Run} failed and its changes are held back; proxies keep what they have. Please report this as a bug")]
    public static partial void RunFailed(this ILogger logger, Exception exception, long run);

    [LoggerMessage(2003, LogLevel.Information, "Run {Run} succeeded again")]
    public static partial void Recovered(this ILogger logger, long run);

    [LoggerMessage(2004, LogLevel.Information, "All sources have been read: {Sources}")]
    public static partial void Synced(this ILogger logger, string sources);

    [LoggerMessage(2010, LogLevel.Information, "Proxy group '{Group}' has its first member")]
    public static partial void GroupAdded(this ILogger logger, string group);

    [LoggerMessage(2011, LogLevel.Information, "Proxy group '{Group}' has had no members for {Idle} and was dropped")]
    public static partial void GroupDropped(this ILogger logger, string group, TimeSpan idle);

    [LoggerMessage(2012, LogLevel.Warning, "Proxy '{Node}' was refused: {Reason}")]
    public static partial void ProxyRefused(this ILogger logger, string node, string reason);
}
