namespace XdsServer.Grpc;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "{Method} ended with {Code}: {Reason}")]
    public static partial void CallFailed(this ILogger logger, string method, GrpcStatusCode code, string reason);

    [LoggerMessage(4002, LogLevel.Debug, "{Method} was cancelled: {Reason}")]
    public static partial void CallCancelled(this ILogger logger, string method, string reason);

    [LoggerMessage(4003, LogLevel.Error, "{Method} failed")]
    public static partial void CallCrashed(this ILogger logger, string method, Exception exception);
}
