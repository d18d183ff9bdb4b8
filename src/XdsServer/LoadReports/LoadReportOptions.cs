namespace XdsServer.LoadReports;

/// <summary>What proxies report of the load that they send, and how much of it is kept.</summary>
public sealed record LoadReportOptions
{
    /// <summary>Whether proxies are asked for reports. When not, their streams are taken and nothing is asked for.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How often a proxy reports.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that traffic metrics look back over, at least one interval. What is older is forgotten.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether proxies report each endpoint by itself, which metrics of nodes need.</summary>
    public bool PerEndpoint { get; init; } = true;

    /// <summary>The most rows (reports, clusters and endpoints with traffic) that are kept, about 200 bytes each. Reports beyond it are counted and dropped.</summary>
    public int MaxRows { get; init; } = 500_000;

    /// <summary>A proxy that was silent for longer than this is forgotten.</summary>
    internal TimeSpan Silence => TimeSpan.FromTicks(Math.Max(Window.Ticks, 3 * Interval.Ticks));
}
