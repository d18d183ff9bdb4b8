namespace XdsServer.Tls;

internal static partial class Log
{
    [LoggerMessage(4101, LogLevel.Information, "New certificate from {File} is in force")]
    public static partial void CertificateReloaded(this ILogger logger, string file);

    [LoggerMessage(4102, LogLevel.Warning, "{File} or its key or authorities cannot be read; the last good ones stay in force")]
    public static partial void CertificateNotReloaded(this ILogger logger, string file, Exception exception);
}
