using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>
/// Joins services with their endpoint objects. Fragments are sorted, so this is one walk along two lists; an entry whose parts are
/// those of the model before is that model's entry.
/// </summary>
internal sealed class ServiceMerge(IReadOnlyList<MeshFragment> fragments, MeshModel? previous, List<Diagnostic> diagnostics)
{
    private readonly List<MeshService> _losers = [];

    /// <summary>Whether the services, their endpoints aside, are those of the model before.</summary>
    public bool KeepsServices { get; private set; }

    /// <summary>The entries, sorted by key.</summary>
    public ImmutableArray<ServiceEntry> Merge()
    {
        var services = UniqueServices();
        var endpoints = Sorted(fragment => fragment.Endpoints, item => item.Service);
        KeepsServices = previous?.Services.Length == services.Count;
        var losers = _losers.Select(loser => loser.Ref).ToHashSet();
        var entries = ImmutableArray.CreateBuilder<ServiceEntry>(services.Count);
        var next = 0;
        foreach (var service in services)
        {
            KeepsServices &= IsAt(entries.Count, service);
            next = ReportOrphans(endpoints, next, service.Key);
            var start = next;
            while (next < endpoints.Count && endpoints[next].Service == service.Key)
            {
                next++;
            }

            entries.Add(EntryFor(service, entries.Count, endpoints, start, next, losers));
        }

        ReportOrphans(endpoints, next, end: null);
        return entries.MoveToImmutable();
    }

    private List<MeshService> UniqueServices()
    {
        var unique = new List<MeshService>();
        foreach (var service in Sorted(fragment => fragment.Services, item => item.Key))
        {
            if (unique.Count > 0 && unique[^1].Key == service.Key)
            {
                _losers.Add(service);
                diagnostics.Add(ModelDiagnostics.Duplicate(service, unique[^1]));
            }
            else
            {
                unique.Add(service);
            }
        }

        return unique;
    }

    /// <summary>The services by key; places are looked up anew only when services came or went.</summary>
    public SharedKeyDictionary<ServiceKey, ServiceEntry> Index(ImmutableArray<ServiceEntry> entries) =>
        KeepsServices && previous?.ServicesByKey is SharedKeyDictionary<ServiceKey, ServiceEntry> before
            ? before.With(entries)
            : new SharedKeyDictionary<ServiceKey, ServiceEntry>(entries.Select(entry => entry.Service.Key), entries);

    private bool IsAt(int index, MeshService service) =>
        previous is not null && index < previous.Services.Length && ReferenceEquals(previous.Services[index].Service, service);

    private ServiceEntry EntryFor(MeshService service, int index, List<ServiceEndpoints> endpoints, int start, int end, HashSet<ObjectRef> losers)
    {
        var count = end - start;
        var old = IsAt(index, service) ? previous!.Services[index] : previous?.ServicesByKey.GetValueOrDefault(service.Key);
        if (old is not null
            && ReferenceEquals(old.Service, service)
            && IsSame(old.Endpoints, endpoints, start, count))
        {
            return old;
        }

        // The endpoints of a service that lost its key to another source go with it: sources are never silently united.
        return new ServiceEntry(service, [.. endpoints.GetRange(start, count).Where(item => !losers.Contains(item.Ref)).OrderBy(item => item.Ref)]);
    }

    private int ReportOrphans(List<ServiceEndpoints> endpoints, int next, ServiceKey? end)
    {
        while (next < endpoints.Count && (end is null || endpoints[next].Service.CompareTo(end.Value) < 0))
        {
            diagnostics.Add(ModelDiagnostics.EndpointsWithoutService(endpoints[next]));
            next++;
        }

        return next;
    }

    private static bool IsSame(ImmutableArray<ServiceEndpoints> old, List<ServiceEndpoints> endpoints, int start, int count)
    {
        if (old.Length != count)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!ReferenceEquals(old[i], endpoints[start + i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>All sources' items by key; within a key in the order of sources. One source's list is mostly sorted already.</summary>
    private List<T> Sorted<T>(Func<MeshFragment, ImmutableArray<T>> list, Func<T, ServiceKey> key)
    {
        var items = new List<T>(fragments.Sum(fragment => list(fragment).Length));
        foreach (var fragment in fragments)
        {
            items.AddRange(list(fragment));
        }

        for (var i = 1; i < items.Count; i++)
        {
            if (key(items[i - 1]).CompareTo(key(items[i])) > 0)
            {
                return [.. items.OrderBy(key)];
            }
        }

        return items;
    }
}
