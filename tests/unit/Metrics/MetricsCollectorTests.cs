using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using XdsServer.Metrics;

namespace XdsServer.Tests.Unit.Metrics;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly MetricsCollector _collector;
    private readonly Meter _meter;

    public MetricsCollectorTests()
    {
        _collector = new MetricsCollector(this);
        _meter = new Meter("test", version: null, tags: null, scope: this);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _collector.Dispose();
    }

    [Fact]
    public void A_scrape_during_another_takes_nothing_from_it()
    {
        var (isRead, isObserving) = (new StrongBox<bool>(), new StrongBox<bool>());
        var second = new Thread(() => _collector.Read());
        _meter.CreateObservableGauge("streams", () =>
        {
            if (Thread.CurrentThread == second)
            {
                Volatile.Write(ref isObserving.Value, true);
                SpinWait.SpinUntil(() => Volatile.Read(ref isRead.Value));
            }

            return 1;
        });
        _meter.CreateObservableGauge("then", () =>
        {
            if (second.ThreadState == ThreadState.Unstarted)
            {
                second.Start();
                SpinWait.SpinUntil(() => Volatile.Read(ref isObserving.Value) || second.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            }

            return 1;
        });

        var lines = _collector.Read().Split('\n');
        Volatile.Write(ref isRead.Value, true);
        second.Join();

        lines.Should().Contain("streams 1").And.Contain("then 1");
    }

    [Fact]
    public void Counters_add_up_and_gauges_are_what_they_were_last()
    {
        var (counter, seen) = (_meter.CreateCounter<long>("bytes"), 0);
        _meter.CreateObservableGauge("streams", () => ++seen);
        counter.Add(2, new KeyValuePair<string, object?>("type", "CDS"));
        counter.Add(3, new KeyValuePair<string, object?>("type", "CDS"));
        counter.Add(7, new KeyValuePair<string, object?>("type", "EDS"));

        _collector.Read();
        var lines = _collector.Read().Split('\n');

        lines.Should().ContainSingle(line => line.EndsWith("{type=\"CDS\"} 5", StringComparison.Ordinal));
        lines.Should().ContainSingle(line => line.EndsWith("{type=\"EDS\"} 7", StringComparison.Ordinal));
        lines.Should().ContainSingle(line => line == "streams 2");
    }
}
