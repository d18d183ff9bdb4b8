using System.Diagnostics.Metrics;

namespace XdsServer.Metrics;

/// <summary>The values of one instrument with one set of tags. Used under the collector's lock.</summary>
internal sealed class MetricSeriesState(string labels, IReadOnlyList<double>? bounds)
{
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Count + 1];

    /// <summary>The tags in Prometheus' notation without braces; empty: none.</summary>
    public string Labels { get; } = labels;

    /// <summary>The sum for counters and histograms, the last value otherwise.</summary>
    public double Value { get; private set; }

    /// <summary>How many values a histogram has seen.</summary>
    public long Count { get; private set; }

    /// <summary>The upper bounds of a histogram's buckets; null for everything else.</summary>
    public IReadOnlyList<double>? Bounds { get; } = bounds;

    /// <summary>How many values fell into each bucket; the last one has no upper bound.</summary>
    public IReadOnlyList<long> Buckets => _buckets ?? [];

    /// <summary>Takes a measurement of that kind of instrument.</summary>
    public void Take(Instrument instrument, double value)
    {
        Count++;
        Value = instrument.IsObservable || IsGauge(instrument) ? value : Value + value;
        if (_buckets is not null)
        {
            _buckets[BucketOf(value)]++;
        }
    }

    private int BucketOf(double value)
    {
        var bucket = 0;
        while (bucket < Bounds!.Count && value > Bounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }

    private static bool IsGauge(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Gauge<>);
}
