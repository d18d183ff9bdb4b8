using System.Diagnostics.Metrics;

namespace XdsServer.LoadReports;

/// <summary>What can be read off the load reports whenever somebody asks.</summary>
internal static class LoadReportMetrics
{
    /// <summary>Adds the instruments.</summary>
    public static void Add(Meter meter, LoadReportServer server, LoadReportStore store)
    {
        meter.CreateObservableGauge("xds_load_report_streams", () => server.Streams, null, "Open streams of proxies that report their load.");
        meter.CreateObservableGauge("xds_load_reporters", () => store.Reporters, null, "Proxies whose load reports are kept.");
        meter.CreateObservableGauge("xds_load_report_rows", () => store.Rows, null, "Rows of load reports that are kept.");
        meter.CreateObservableCounter("xds_load_reports_dropped_total", () => store.Dropped, null, "Load reports that were dropped because there was no room.");
    }
}
