using System.Diagnostics.Metrics;
using System.Text;
using XdsServer.Discovery;

namespace XdsServer.Metrics;

/// <summary>
/// Adds up what the instruments of one server measure, so that Prometheus can read it. Instruments of other servers in the same
/// process are not listened to: the meter's scope tells them apart. Discovery's counters are the process's.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    // Two scrapes at once would each forget what the other has just observed.
    private readonly Lock _reading = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (Instrument Instrument, Dictionary<string, MetricSeriesState> Series)> _metrics = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Listens to meters of this scope from now on.</summary>
    public MetricsCollector(object scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) || instrument.Meter.Name == DiscoveryMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything measured so far in Prometheus' text format, with observable instruments read now.</summary>
    public string Read()
    {
        lock (_reading)
        {
            Observe();
            return Write();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Observe()
    {
        lock (_lock)
        {
            foreach (var observed in _metrics.Values.Where(m => m.Instrument.IsObservable))
            {
                observed.Series.Clear();
            }
        }

        _listener.RecordObservableInstruments();
    }

    private string Write()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var (instrument, series) in _metrics.Values)
            {
                PrometheusText.Append(text, instrument, series.Values.OrderBy(s => s.Labels, StringComparer.Ordinal));
            }
        }

        return text.ToString();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags);
        lock (_lock)
        {
            var name = PrometheusText.NameOf(instrument);
            if (!_metrics.TryGetValue(name, out var metric))
            {
                metric = (instrument, new Dictionary<string, MetricSeriesState>(StringComparer.Ordinal));
                _metrics.Add(name, metric);
            }

            if (!metric.Series.TryGetValue(labels, out var series))
            {
                series = new MetricSeriesState(labels, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries);
                metric.Series.Add(labels, series);
            }

            series.Take(instrument, value);
        }
    }
}
