using System.Collections.Immutable;
using XdsServer.LoadReports;
using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.SmiMetrics;

/// <summary>The part of a split that one backend gets.</summary>
internal sealed record BackendShare(string Apex, string Name, uint Weight);

/// <summary>One <c>TrafficMetrics</c> object.</summary>
/// <param name="Resource">Whose traffic.</param>
/// <param name="IsSent">What it sent, and not what it received.</param>
/// <param name="Peer">The other side of an edge; null: everybody.</param>
/// <param name="Backend">Which part of a split; null for everything else.</param>
/// <param name="Counts">The requests.</param>
internal sealed record TrafficItem(ResourceRef Resource, bool IsSent, ResourceRef? Peer, BackendShare? Backend, RequestCounts Counts);

/// <summary>Answers queries from the mesh and the load reports. Pure: equal inputs, equal answers, in a fixed order.</summary>
internal static class TrafficMetricsReader
{
    /// <summary>The items of an answer; null when a name was asked for that does not exist.</summary>
    public static IReadOnlyList<TrafficItem>? Read(TrafficMetricsQuery query, LabelSelector selector, MeshModel model, IEnumerable<TrafficFlow> flows)
    {
        if (query.Kind == TrafficKind.TrafficSplits)
        {
            return ReadSplits(query, model, flows);
        }

        var objects = query.Kind.Objects(model).Where(o => query.Fits(o.Resource)).ToList();
        if (query.Name.Length > 0 && objects.Count == 0)
        {
            return null;
        }

        return query.IsEdges ? Edges(query.Kind, objects[0].Resource, model, flows) : Totals(query.Kind, [.. objects.Where(o => selector.Fits(o.Labels))], model, flows);
    }

    private static List<TrafficItem> Totals(TrafficKind kind, List<TrafficObject> objects, MeshModel model, IEnumerable<TrafficFlow> flows)
    {
        var totals = new Dictionary<ResourceRef, RequestCounts>();
        foreach (var received in flows.SelectMany(kind.Receivers(model)))
        {
            Add(totals, received.By, received.Counts);
        }

        return [.. objects.Select(o => new TrafficItem(o.Resource, IsSent: false, Peer: null, Backend: null, totals.GetValueOrDefault(o.Resource)))];
    }

    private static List<TrafficItem> Edges(TrafficKind kind, ResourceRef resource, MeshModel model, IEnumerable<TrafficFlow> flows)
    {
        var from = new Dictionary<ResourceRef, RequestCounts>();
        var to = new Dictionary<ResourceRef, RequestCounts>();
        var receivers = kind.Receivers(model);
        foreach (var flow in flows)
        {
            foreach (var received in receivers(flow).Where(r => r.By == resource))
            {
                Add(from, kind.Sender(flow), received.Counts);
            }

            if (kind.Sender(flow) == resource)
            {
                Add(to, kind.Receiver(flow), flow.Counts);
            }
        }

        return [.. Items(resource, isSent: false, backend: null, from), .. Items(resource, isSent: true, backend: null, to)];
    }

    private static List<TrafficItem>? ReadSplits(TrafficMetricsQuery query, MeshModel model, IEnumerable<TrafficFlow> flows)
    {
        var splits = model.Smi.Splits.Where(s => query.Fits(ResourceOf(s))).ToList();
        if (query.Name.Length > 0 && splits.Count == 0)
        {
            return null;
        }

        var all = flows.ToLookup(f => f.Destination);
        var parts = splits.SelectMany(s => BackendsOf(s).Select(b => (Resource: ResourceOf(s), b.Backend, b.Service)));
        return query.IsEdges
            ? [.. parts.SelectMany(p => Items(p.Resource, isSent: false, p.Backend, Senders(all[p.Service])))]
            : [.. parts.Select(p => new TrafficItem(p.Resource, IsSent: false, Peer: null, p.Backend, Sum(all[p.Service])))];
    }

    private static ResourceRef ResourceOf(SplitOutcome split) => new(TrafficKind.TrafficSplits.Kind, split.Split.Key.Namespace, split.Split.Key.Name);

    // A split that is not in force divides nothing.
    private static IEnumerable<(BackendShare Backend, ServiceKey Service)> BackendsOf(SplitOutcome split) => split is { Route: { } route, Root: { } root }
        ? route.Rules.SelectMany(r => r.Backends).Select(b => (new BackendShare(root.Name, b.Service.Name, b.Weight), b.Service))
        : [];

    private static Dictionary<ResourceRef, RequestCounts> Senders(IEnumerable<TrafficFlow> flows)
    {
        var senders = new Dictionary<ResourceRef, RequestCounts>();
        foreach (var flow in flows)
        {
            Add(senders, flow.Source, flow.Counts);
        }

        return senders;
    }

    private static RequestCounts Sum(IEnumerable<TrafficFlow> flows) => flows.Aggregate(default(RequestCounts), (sum, f) => sum + f.Counts);

    private static void Add(Dictionary<ResourceRef, RequestCounts> totals, ResourceRef key, RequestCounts counts) => totals[key] = totals.GetValueOrDefault(key) + counts;

    private static IEnumerable<TrafficItem> Items(ResourceRef resource, bool isSent, BackendShare? backend, Dictionary<ResourceRef, RequestCounts> byPeer) => byPeer
        .OrderBy(p => p.Key.Namespace, StringComparer.Ordinal).ThenBy(p => p.Key.Name, StringComparer.Ordinal).ThenBy(p => p.Key.Kind, StringComparer.Ordinal)
        .Select(p => new TrafficItem(resource, isSent, p.Key, backend, p.Value));
}
