namespace XdsServer.LoadReports;

internal static partial class Log
{
    [LoggerMessage(3201, LogLevel.Debug, "The load report of {Node} was dropped: it would be more than the {MaxRows} rows that Xds:LoadReports:MaxRows allows")]
    public static partial void ReportDropped(this ILogger logger, string node, int maxRows);
}
