using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Finds the audiences that a step from one snapshot to the next concerns, by what changes: neither the number of streams nor that of different lists of
/// names counts. Not safe for several threads.
/// </summary>
internal sealed class WantIndex
{
    private const int FirstSweep = 1024;

    private readonly Dictionary<Want, Entry> _entries = [];
    private readonly OfType?[] _types = new OfType?[ResourceType.All.Count];

    /// <summary>Adds an audience that is not in the index.</summary>
    public void Add(Audience audience)
    {
        foreach (var want in audience.Wants.ByType)
        {
            if (_entries.TryGetValue(want, out var entry))
            {
                entry.Audiences.Add(audience);
                continue;
            }

            entry = new Entry(want) { Audiences = { audience } };
            _entries.Add(want, entry);
            (_types[want.Type.Index] ??= new OfType()).Add(entry);
        }
    }

    /// <summary>Takes an audience out.</summary>
    public void Remove(Audience audience)
    {
        foreach (var want in audience.Wants.ByType)
        {
            var entry = _entries[want];
            entry.Audiences.Remove(audience);
            if (entry.Audiences.Count == 0)
            {
                _entries.Remove(want);
                _types[want.Type.Index]!.Remove(entry);
            }
        }
    }

    /// <summary>Calls <paramref name="found"/> for each audience of which something is different in the second snapshot; it may do so more than once.</summary>
    public void Find(Snapshot from, Snapshot to, Action<Audience> found)
    {
        foreach (var type in ResourceType.All)
        {
            if (_types[type.Index] is { } entries && !from.HasSame(type, to))
            {
                entries.Find(from, to, type, found);
            }
        }
    }

    private sealed class Entry(Want want)
    {
        public Want Want { get; } = want;

        public HashSet<Audience> Audiences { get; } = [];

        public void Visit(Action<Audience> found)
        {
            foreach (var audience in Audiences)
            {
                found(audience);
            }
        }
    }

    private sealed class OfType
    {
        private readonly HashSet<Entry> _wildcards = [];
        private readonly HashSet<Entry> _globs = [];
        private readonly Dictionary<string, List<Entry>> _named = new(StringComparer.Ordinal);
        private int _placed;
        private int _sweepAt = FirstSweep;

        public void Add(Entry entry)
        {
            if (entry.Want.IsWildcard)
            {
                _wildcards.Add(entry);
                return;
            }

            if (!entry.Want.Names.Naming.Globs.IsEmpty)
            {
                _globs.Add(entry);
            }

            foreach (var name in entry.Want.Names.Set)
            {
                if (!_named.TryGetValue(name, out var entries))
                {
                    _named.Add(name, entries = new List<Entry>(1));
                }

                entries.Add(entry);
            }

            _placed += entry.Want.Names.Set.Count;
            SweepIfFull();
        }

        // Under its names it stays until the next sweep: to look for it among all who want a name that everybody wants takes long.
        public void Remove(Entry entry)
        {
            _wildcards.Remove(entry);
            _globs.Remove(entry);
        }

        public void Find(Snapshot from, Snapshot to, ResourceType type, Action<Audience> found)
        {
            foreach (var entry in _wildcards)
            {
                entry.Visit(found);
            }

            if (_named.Count == 0)
            {
                return;
            }

            foreach (var change in from.ChangesTo(to, type))
            {
                foreach (var resource in change.Upserts)
                {
                    Find(resource, found);
                }

                foreach (var resource in change.Removed)
                {
                    Find(resource, found);
                }
            }
        }

        private void Find(Resource resource, Action<Audience> found)
        {
            FindNamed(resource.Name, found);
            foreach (var alias in resource.Aliases)
            {
                FindNamed(alias, found);
            }

            foreach (var entry in _globs)
            {
                if (entry.Want.Names.Naming.Covers(resource.Name))
                {
                    entry.Visit(found);
                }
            }
        }

        private void FindNamed(string name, Action<Audience> found)
        {
            if (_named.TryGetValue(name, out var entries))
            {
                foreach (var entry in entries)
                {
                    entry.Visit(found);
                }
            }
        }

        private void SweepIfFull()
        {
            if (_placed < _sweepAt)
            {
                return;
            }

            _placed = 0;
            foreach (var (name, entries) in _named)
            {
                entries.RemoveAll(static e => e.Audiences.Count == 0);
                _placed += entries.Count;
                if (entries.Count == 0)
                {
                    _named.Remove(name);
                }
            }

            _sweepAt = Math.Max(FirstSweep, _placed * 2);
        }
    }
}
