using Microsoft.Extensions.Logging.Console;
using XdsServer.Options;

namespace XdsServer.Hosting;

/// <summary>Logging to standard error: standard output belongs to commands that print something.</summary>
internal static class LogSetup
{
    /// <summary>Console or JSON lines, as the options say.</summary>
    public static void Add(ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(LevelOf(options.Level));
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(c => c.LogToStandardErrorThreshold = LogLevel.Trace);
        if (IsJson(options))
        {
            logging.AddJsonConsole(j => j.UseUtcTimestamp = true).Services.Configure<JsonConsoleFormatterOptions>(j => j.TimestampFormat = "O");
        }
        else
        {
            logging.AddSimpleConsole(s =>
            {
                s.SingleLine = true;
                s.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
    }

    /// <summary>The level of that name; the names are checked with the options.</summary>
    public static LogLevel LevelOf(string name) => Enum.Parse<LogLevel>(name, ignoreCase: true);

    private static bool IsJson(LogOptions options) => string.Equals(options.Format, "json", StringComparison.OrdinalIgnoreCase);
}
