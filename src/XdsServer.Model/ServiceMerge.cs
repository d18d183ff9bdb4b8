using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>
/// Joins services with their endpoint objects. Fragments are sorted, so this is one walk along two lists; an entry whose parts are
/// those of the model before is that model's entry.
/// </summary>
internal sealed class ServiceMerge
{
    private readonly IReadOnlyList<MeshFragment> _fragments;
    private readonly MeshModel? _previous;
    private readonly List<MeshService> _losers = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private bool _keepsServices;

    private ServiceMerge(IReadOnlyList<MeshFragment> fragments, MeshModel? previous) => (_fragments, _previous) = (fragments, previous);

    /// <summary>The services of these fragments. Nothing is looked at when those of the model before were merged from the same.</summary>
    public static MergedServices Of(ImmutableArray<MeshFragment> fragments, MeshModel? previous)
    {
        if (previous is { Origin: { } origin, ServicesByKey: SharedKeyDictionary<ServiceKey, ServiceEntry> services }
            && fragments.Length == origin.Merged.Length
            && fragments.Zip(origin.Merged).All(pair => pair.First.HasSameServices(pair.Second)))
        {
            return new MergedServices(services, KeepsServices: true, origin.OfServiceMerge);
        }

        var merge = new ServiceMerge(fragments, previous);
        var entries = MeshComposition.KeepList(merge.Merge(), previous?.Services);
        return new MergedServices(merge.Index(entries), merge._keepsServices, [.. merge._diagnostics]);
    }

    private ImmutableArray<ServiceEntry> Merge()
    {
        var services = UniqueServices();
        var endpoints = Sorted(fragment => fragment.Endpoints, item => item.Service);
        _keepsServices = _previous?.Services.Length == services.Count;
        var losers = _losers.Select(loser => loser.Ref).ToHashSet();
        var entries = ImmutableArray.CreateBuilder<ServiceEntry>(services.Count);
        var next = 0;
        foreach (var service in services)
        {
            _keepsServices &= IsAt(entries.Count, service);
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
                _diagnostics.Add(ModelDiagnostics.Duplicate(service, unique[^1]));
            }
            else
            {
                unique.Add(service);
            }
        }

        return unique;
    }

    // Places are looked up anew only when services came or went.
    private SharedKeyDictionary<ServiceKey, ServiceEntry> Index(ImmutableArray<ServiceEntry> entries) =>
        _keepsServices && _previous?.ServicesByKey is SharedKeyDictionary<ServiceKey, ServiceEntry> before
            ? before.With(entries)
            : new SharedKeyDictionary<ServiceKey, ServiceEntry>(entries.Select(entry => entry.Service.Key), entries);

    private bool IsAt(int index, MeshService service) =>
        _previous is not null && index < _previous.Services.Length && ReferenceEquals(_previous.Services[index].Service, service);

    private ServiceEntry EntryFor(MeshService service, int index, List<ServiceEndpoints> endpoints, int start, int end, HashSet<ObjectRef> losers)
    {
        var count = end - start;
        var old = IsAt(index, service) ? _previous!.Services[index] : _previous?.ServicesByKey.GetValueOrDefault(service.Key);
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
            _diagnostics.Add(ModelDiagnostics.EndpointsWithoutService(endpoints[next]));
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
        var items = new List<T>(_fragments.Sum(fragment => list(fragment).Length));
        foreach (var fragment in _fragments)
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

/// <summary>What merging made.</summary>
/// <param name="Services">Sorted by key.</param>
/// <param name="KeepsServices">Whether they are, their endpoints aside, those of the model before.</param>
/// <param name="Diagnostics">What was found.</param>
internal sealed record MergedServices(SharedKeyDictionary<ServiceKey, ServiceEntry> Services, bool KeepsServices, ImmutableArray<Diagnostic> Diagnostics);
