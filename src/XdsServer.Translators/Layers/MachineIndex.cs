using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Translators.Layers;

/// <summary>
/// Which services run on the machines that have a proxy of their own. A machine's list keeps its instance as long as none of its services
/// changes, and only services that changed are looked at again.
/// </summary>
internal sealed class MachineIndex
{
    private readonly ServiceCatalog _services;
    private readonly ImmutableArray<ServiceEntry> _entries;
    private readonly Dictionary<string, SameObjects<ServiceEntry>> _byMachine;

    private MachineIndex(ServiceCatalog services, ImmutableArray<ServiceEntry> entries, Dictionary<string, SameObjects<ServiceEntry>> byMachine) =>
        (_services, _entries, _byMachine) = (services, entries, byMachine);

    /// <summary>The index for these machines, named by their name or address; <paramref name="previous"/> itself when nothing changed on any of them.</summary>
    public static MachineIndex Create(IReadOnlySet<string> machines, ServiceCatalog services, ImmutableArray<ServiceEntry> entries, MachineIndex? previous)
    {
        if (previous is null || !ReferenceEquals(previous._services, services) || !machines.SetEquals(previous._byMachine.Keys))
        {
            return new MachineIndex(services, entries, Find(machines, entries));
        }

        return previous._entries == entries ? previous : previous.Patch(entries);
    }

    /// <summary>The services with an endpoint on that machine, in the order of their keys.</summary>
    public SameObjects<ServiceEntry> On(string machine) => _byMachine[machine];

    private static Dictionary<string, SameObjects<ServiceEntry>> Find(IReadOnlySet<string> machines, ImmutableArray<ServiceEntry> entries)
    {
        var found = machines.ToDictionary(m => m, _ => ImmutableArray.CreateBuilder<ServiceEntry>(), StringComparer.Ordinal);
        foreach (var entry in machines.Count == 0 ? [] : entries)
        {
            foreach (var endpoint in entry.Endpoints.SelectMany(e => e.Endpoints))
            {
                Add(found, endpoint.Node, entry);
                Add(found, endpoint.Address, entry);
            }
        }

        return found.ToDictionary(f => f.Key, f => new SameObjects<ServiceEntry>(f.Value.ToImmutable()), StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, ImmutableArray<ServiceEntry>.Builder> found, string place, ServiceEntry entry)
    {
        if (found.TryGetValue(place, out var entries) && (entries.Count == 0 || !ReferenceEquals(entries[^1], entry)))
        {
            entries.Add(entry);
        }
    }

    private MachineIndex Patch(ImmutableArray<ServiceEntry> entries)
    {
        var changed = new List<(ServiceEntry Old, ServiceEntry New)>();
        for (var i = 0; i < entries.Length; i++)
        {
            if (!ReferenceEquals(entries[i], _entries[i]))
            {
                changed.Add((_entries[i], entries[i]));
            }
        }

        return new MachineIndex(_services, entries, _byMachine.ToDictionary(m => m.Key, m => Patch(m.Key, m.Value, changed), StringComparer.Ordinal));
    }

    private static SameObjects<ServiceEntry> Patch(string machine, SameObjects<ServiceEntry> before, List<(ServiceEntry Old, ServiceEntry New)> changed)
    {
        var here = changed.Where(c => IsOn(machine, c.Old) || IsOn(machine, c.New)).ToList();
        if (here.Count == 0)
        {
            return before;
        }

        var gone = here.Select(c => c.Old).ToHashSet<ServiceEntry>(ReferenceEqualityComparer.Instance);
        return new SameObjects<ServiceEntry>(
            [.. before.Items.Where(e => !gone.Contains(e)).Concat(here.Select(c => c.New).Where(e => IsOn(machine, e))).OrderBy(e => e.Service.Key)]);
    }

    private static bool IsOn(string machine, ServiceEntry entry)
    {
        foreach (var source in entry.Endpoints)
        {
            foreach (var endpoint in source.Endpoints)
            {
                if (string.Equals(endpoint.Node, machine, StringComparison.Ordinal) || string.Equals(endpoint.Address, machine, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
