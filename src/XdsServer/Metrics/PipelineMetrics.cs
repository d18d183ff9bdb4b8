using System.Diagnostics.Metrics;

namespace XdsServer.Metrics;

/// <summary>How often the pipeline ran, and for how long.</summary>
public sealed class PipelineMetrics(Meter meter)
{
    private readonly Counter<long> _runs = meter.CreateCounter<long>("xds_pipeline_runs", description: "Runs of the pipeline, by result (ok, failed).");

    private readonly Histogram<double> _seconds = meter.CreateHistogram(
        "xds_pipeline_run_seconds",
        unit: null,
        description: "Time to compose and translate the mesh.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    /// <summary>One run.</summary>
    public void Ran(bool isSuccess, TimeSpan took)
    {
        _runs.Add(1, new KeyValuePair<string, object?>("result", isSuccess ? "ok" : "failed"));
        _seconds.Record(took.TotalSeconds);
    }
}
