namespace XdsServer.Model.Smi;

/// <summary>
/// Which roots lead back to themselves by way of splits of their backends. Two roots are in one circle when each is reached from the
/// other; found in two walks over all of them (Kosaraju's algorithm), whatever their number.
/// </summary>
internal sealed class SplitCircles
{
    private readonly Dictionary<ServiceKey, ServiceKey> _circleOf = [];

    public SplitCircles(IReadOnlyDictionary<ServiceKey, IReadOnlyList<ServiceKey>> backends)
    {
        var reversed = backends
            .SelectMany(pair => pair.Value.Where(backends.ContainsKey).Select(backend => (backend, Root: pair.Key)))
            .ToLookup(pair => pair.backend, pair => pair.Root);
        var seen = new HashSet<ServiceKey>();
        var finished = backends.Keys.SelectMany(root => Walk(root, key => backends[key].Where(backends.ContainsKey), seen)).ToList();
        seen.Clear();
        finished.Reverse();
        foreach (var root in finished)
        {
            foreach (var member in Walk(root, key => reversed[key], seen))
            {
                _circleOf.Add(member, root);
            }
        }
    }

    /// <summary>True when each of the two is reached from the other.</summary>
    public bool Join(ServiceKey one, ServiceKey other) =>
        _circleOf.TryGetValue(one, out var circle) && _circleOf.TryGetValue(other, out var second) && circle == second;

    /// <summary>All that is reached and not seen yet, each after what it leads to. Without recursion: a chain may be long.</summary>
    private static List<ServiceKey> Walk(ServiceKey start, Func<ServiceKey, IEnumerable<ServiceKey>> next, HashSet<ServiceKey> seen)
    {
        var finished = new List<ServiceKey>();
        var path = new Stack<(ServiceKey Key, IEnumerator<ServiceKey> Next)>();
        if (seen.Add(start))
        {
            path.Push((start, next(start).GetEnumerator()));
        }

        while (path.TryPeek(out var top))
        {
            if (!top.Next.MoveNext())
            {
                finished.Add(path.Pop().Key);
            }
            else if (seen.Add(top.Next.Current))
            {
                path.Push((top.Next.Current, next(top.Next.Current).GetEnumerator()));
            }
        }

        return finished;
    }
}
