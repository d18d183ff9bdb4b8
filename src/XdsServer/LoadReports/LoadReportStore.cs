using System.Collections.Immutable;

namespace XdsServer.LoadReports;

/// <summary>
/// The newest reports of all proxies. Streams add, readers take an immutable picture. Bounded: reports older than the window go, silent proxies
/// go, and there are never more than <see cref="LoadReportOptions.MaxRows"/> rows.
/// </summary>
public sealed class LoadReportStore(LoadReportOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ReporterLoad> _reporters = new(StringComparer.Ordinal);
    private int _rows;
    private long _dropped;

    /// <summary>Rows that are kept now.</summary>
    public int Rows
    {
        get
        {
            lock (_lock)
            {
                return _rows;
            }
        }
    }

    /// <summary>Proxies that are known now.</summary>
    public int Reporters
    {
        get
        {
            lock (_lock)
            {
                return _reporters.Count;
            }
        }
    }

    /// <summary>Reports that were dropped because there was no room.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped;
            }
        }
    }

    /// <summary>Keeps a report; false when there is no room for it.</summary>
    public bool Add(LoadReporter reporter, LoadReport report)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        ArgumentNullException.ThrowIfNull(report);
        lock (_lock)
        {
            var old = _reporters.GetValueOrDefault(reporter.NodeId);
            var aged = new ReporterLoad(reporter, report.At, old is null ? [] : Recent(old.Reports, report.At));
            var room = options.MaxRows - _rows + RowsOf(old) - RowsOf(aged);
            var needed = report.Loads.Length == 0 ? 0 : report.Rows;
            var fits = needed <= room;
            if (room >= 0)
            {
                _reporters[reporter.NodeId] = fits && needed > 0 ? aged with { Reports = aged.Reports.Add(report) } : aged;
                _rows = options.MaxRows - room + (fits ? needed : 0);
            }

            _dropped += fits ? 0 : 1;
            return fits;
        }
    }

    /// <summary>Everything of proxies that are not silent, sorted by node id.</summary>
    public ImmutableArray<ReporterLoad> Read()
    {
        var since = time.GetUtcNow() - options.Silence;
        lock (_lock)
        {
            return [.. _reporters.Values.Where(r => r.Newest > since).OrderBy(r => r.Reporter.NodeId, StringComparer.Ordinal)];
        }
    }

    /// <summary>Forgets silent proxies. Called from time to time.</summary>
    public void DropSilent()
    {
        var since = time.GetUtcNow() - options.Silence;
        lock (_lock)
        {
            foreach (var silent in _reporters.Values.Where(r => r.Newest <= since).ToList())
            {
                _reporters.Remove(silent.Reporter.NodeId);
                _rows -= RowsOf(silent);
            }
        }
    }

    private ImmutableArray<LoadReport> Recent(ImmutableArray<LoadReport> reports, DateTimeOffset now) => [.. reports.Where(r => r.At > now - options.Window)];

    private static int RowsOf(ReporterLoad? load) => load is null ? 0 : 1 + load.Reports.Sum(r => r.Rows);
}
