namespace XdsServer.Grpc;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "{Method} ended with {Code}: {Reason}")]
    public static partial void CallFailed(this ILogger logger, string method, GrpcStatusCode code, string reason);

    [LoggerMessage(4002, LogLevel.Debug, "{Method} was cancelled by the client")]
    public static partial void CallCancelled(this ILogger logger, string method);

    [LoggerMessage(4003, LogLevel.Error, "{Method} failed")]
    public static partial void CallCrashed(this ILogger logger, string method, Exception exception);
}
