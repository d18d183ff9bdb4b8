namespace XdsServer.Discovery;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Stream {Stream}: {Node} at {Peer} joined {Group}")]
    public static partial void Joined(ILogger logger, long stream, string node, string peer, string group);

    [LoggerMessage(3002, LogLevel.Warning, "{Node} of {Group} rejected {Type}: {Error}")]
    public static partial void Rejected(ILogger logger, string node, string group, string type, string error);

    [LoggerMessage(3003, LogLevel.Debug, "{Node} asks for a type that this server does not know: {TypeUrl}")]
    public static partial void UnknownType(ILogger logger, string node, string typeUrl);

    [LoggerMessage(3004, LogLevel.Warning, "{File} is not used: {Reason} State-of-the-world proxies that come back now may lose requests to services that went while this server was away")]
    public static partial void MemoryUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "{File} cannot be written: {Reason} It is tried again every few seconds (Xds:Discovery:StateFolder)")]
    public static partial void MemoryUnwritable(ILogger logger, string file, string reason);
}
