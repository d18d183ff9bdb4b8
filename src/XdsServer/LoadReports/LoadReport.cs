using System.Collections.Immutable;
using System.Runtime.InteropServices;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.LoadReports;

/// <summary>A proxy that reports: whose traffic it is.</summary>
/// <param name="NodeId">Its name, unique in the mesh.</param>
/// <param name="Group">What it is.</param>
public sealed record LoadReporter(string NodeId, ProxyGroupKey Group);

/// <summary>How many requests ended well, and how many did not: by a 5xx, by a reset, or dropped before they were sent.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RequestCounts(double Succeeded, double Failed)
{
    /// <summary>Both together.</summary>
    public static RequestCounts operator +(RequestCounts a, RequestCounts b) => new(a.Succeeded + b.Succeeded, a.Failed + b.Failed);

    /// <summary>A part of them.</summary>
    public static RequestCounts operator *(RequestCounts counts, double share) => new(counts.Succeeded * share, counts.Failed * share);
}

/// <summary>What one proxy sent to one endpoint.</summary>
/// <param name="Address">IP address and port, or a Unix socket's path.</param>
/// <param name="Counts">Its requests.</param>
public sealed record EndpointLoad(string Address, RequestCounts Counts);

/// <summary>What one proxy sent to one service.</summary>
/// <param name="Service">To whom.</param>
/// <param name="Interval">The time that the counts are of; it ends with the report.</param>
/// <param name="Counts">All requests.</param>
/// <param name="Endpoints">The same by endpoint; requests that were dropped reached none. Empty when endpoints are not reported.</param>
public sealed record ServiceLoad(ServiceKey Service, TimeSpan Interval, RequestCounts Counts, ImmutableArray<EndpointLoad> Endpoints);

/// <summary>One report of one proxy: the services of the mesh that it sent requests to.</summary>
/// <param name="At">When it came.</param>
/// <param name="Loads">One for each cluster with traffic; several may be of one service.</param>
public sealed record LoadReport(DateTimeOffset At, ImmutableArray<ServiceLoad> Loads)
{
    /// <summary>What it weighs against <see cref="LoadReportOptions.MaxRows"/>.</summary>
    public int Rows { get; } = 1 + Loads.Length + Loads.Sum(l => l.Endpoints.Length);
}

/// <summary>The reports of one proxy, oldest first.</summary>
/// <param name="Reporter">The proxy.</param>
/// <param name="Newest">When its newest report came, whether or not there was traffic in it.</param>
/// <param name="Reports">Those with traffic.</param>
public sealed record ReporterLoad(LoadReporter Reporter, DateTimeOffset Newest, ImmutableArray<LoadReport> Reports);
