using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>
/// The short way for what changes most: when nothing but the content of endpoint objects differs from the fragments that the model
/// before was composed from, that model's entries are replaced one by one. The result is what composing everything would give.
/// </summary>
internal static class EndpointPatch
{
    /// <summary>The patched model; null when more has changed, or nothing is known of the model before.</summary>
    public static MeshModel? Apply(IReadOnlyList<MeshFragment> fragments, MeshModel? previous)
    {
        if (previous is not { Origin: { } origin, ServicesByKey: SharedKeyDictionary<ServiceKey, ServiceEntry> services } || origin.Fragments.Length != fragments.Count)
        {
            return null;
        }

        ImmutableArray<ServiceEntry>.Builder? entries = null;
        for (var i = 0; i < fragments.Count; i++)
        {
            if (!origin.Fragments[i].HasSameStructure(fragments[i]) || !Replace(origin.Fragments[i].Endpoints, fragments[i].Endpoints, services, ref entries))
            {
                return null;
            }
        }

        var patched = entries is null ? services : services.With(entries.MoveToImmutable());
        return previous.With(patched, origin with { Fragments = [.. fragments], Merged = [.. fragments, .. origin.Merged.Skip(fragments.Count)] }, Diagnostics(fragments, origin, previous));
    }

    // What merging found hangs on objects that are all still the same: an endpoint object without a service is never replaced here.
    private static ImmutableArray<Diagnostic> Diagnostics(IReadOnlyList<MeshFragment> fragments, ModelOrigin origin, MeshModel previous)
    {
        for (var i = 0; i < fragments.Count; i++)
        {
            if (fragments[i].Diagnostics != origin.Fragments[i].Diagnostics)
            {
                return ModelDiagnostics.Sort(fragments, origin.OfMerging);
            }
        }

        return previous.Diagnostics;
    }

    private static bool Replace(
        ImmutableArray<ServiceEndpoints> before, ImmutableArray<ServiceEndpoints> after, SharedKeyDictionary<ServiceKey, ServiceEntry> services, ref ImmutableArray<ServiceEntry>.Builder? entries)
    {
        if (before.Length != after.Length)
        {
            return false;
        }

        for (var i = 0; before != after && i < before.Length; i++)
        {
            if (!ReferenceEquals(before[i], after[i]) && !Replace(before[i], after[i], services, ref entries))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Replace(ServiceEndpoints before, ServiceEndpoints after, SharedKeyDictionary<ServiceKey, ServiceEntry> services, ref ImmutableArray<ServiceEntry>.Builder? entries)
    {
        var place = services.IndexOf(before.Service);
        if (before.Ref != after.Ref || before.Service != after.Service || place < 0)
        {
            return false;
        }

        var entry = entries is null ? services.Items[place] : entries[place];
        var at = IndexOf(entry.Endpoints, before);
        if (at < 0)
        {
            // It belongs to a service that another source has taken.
            return false;
        }

        entries ??= services.Items.ToBuilder();
        entries[place] = new ServiceEntry(entry.Service, entry.Endpoints.SetItem(at, after));
        return true;
    }

    private static int IndexOf(ImmutableArray<ServiceEndpoints> items, ServiceEndpoints wanted)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (ReferenceEquals(items[i], wanted))
            {
                return i;
            }
        }

        return -1;
    }
}
