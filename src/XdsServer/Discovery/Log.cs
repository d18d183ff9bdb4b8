namespace XdsServer.Discovery;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Stream {Stream}: {Node} at {Peer} joined {Group}")]
    public static partial void Joined(ILogger logger, long stream, string node, string peer, string group);

    [LoggerMessage(3002, LogLevel.Warning, "{Node} of {Group} rejected {Type}: {Error}")]
    public static partial void Rejected(ILogger logger, string node, string group, string type, string error);

    [LoggerMessage(3003, LogLevel.Debug, "{Node} asks for a type that this server does not know: {TypeUrl}")]
    public static partial void UnknownType(ILogger logger, string node, string typeUrl);
}
