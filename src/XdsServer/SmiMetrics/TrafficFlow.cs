using System.Collections.Immutable;
using XdsServer.LoadReports;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.SmiMetrics;

/// <summary>A Kubernetes object, as metrics name it.</summary>
/// <param name="Kind">For example <c>Service</c>.</param>
/// <param name="Namespace">Empty for objects without one.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct ResourceRef(string Kind, string Namespace, string Name)
{
    /// <summary>A service.</summary>
    public static ResourceRef Of(ServiceKey service) => new("Service", service.Namespace, service.Name);

    /// <summary>A namespace.</summary>
    public static ResourceRef OfNamespace(string name) => new("Namespace", "", name);

    /// <summary>A machine.</summary>
    public static ResourceRef OfNode(string name) => new("Node", "", name);
}

/// <summary>Requests from one sender to one service, as one report of one proxy says.</summary>
/// <param name="Source">Who sent them.</param>
/// <param name="SourceNamespace">The sender's namespace.</param>
/// <param name="Destination">Who got them.</param>
/// <param name="Counts">How many.</param>
/// <param name="Endpoints">Which of them reached which endpoint.</param>
internal sealed record TrafficFlow(ResourceRef Source, string SourceNamespace, ServiceKey Destination, RequestCounts Counts, ImmutableArray<EndpointLoad> Endpoints)
{
    /// <summary>
    /// All flows of the window. Each proxy's window ends with its newest report, so a steady load gives the same counts whenever somebody asks; a report
    /// over a longer time than is left of the window (after a lost connection) counts in proportion.
    /// </summary>
    public static IEnumerable<TrafficFlow> Of(IEnumerable<ReporterLoad> loads, TimeSpan window) => loads.SelectMany(r => Of(r, window));

    private static IEnumerable<TrafficFlow> Of(ReporterLoad load, TimeSpan window)
    {
        var source = SourceOf(load.Reporter.Group);
        var since = load.Newest - window;
        foreach (var report in load.Reports.Where(r => r.At > since))
        {
            foreach (var sent in report.Loads)
            {
                var share = sent.Interval <= report.At - since ? 1 : (report.At - since) / sent.Interval;
                yield return new TrafficFlow(
                    source, load.Reporter.Group.Namespace, sent.Service, sent.Counts * share, share == 1 ? sent.Endpoints : [.. sent.Endpoints.Select(e => e with { Counts = e.Counts * share })]);
            }
        }
    }

    private static ResourceRef SourceOf(ProxyGroupKey group) => group.Profile switch
    {
        ProxyProfile.Gateway => new ResourceRef("Gateway", group.Namespace, group.Service),
        ProxyProfile.Node => ResourceRef.OfNode(group.Node),
        _ when group.Service.Length > 0 => ResourceRef.Of(new ServiceKey(group.Namespace, group.Service)),
        _ => ResourceRef.OfNamespace(group.Namespace),
    };
}
