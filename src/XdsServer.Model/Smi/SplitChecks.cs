namespace XdsServer.Model.Smi;

/// <summary>What is worth knowing about splits that are applied: backends that get nothing, ports that are not split, splits that meet.</summary>
internal sealed class SplitChecks
{
    private readonly SplitNames _names;
    private readonly ILookup<ServiceKey, SplitCandidate> _byRoot;
    private readonly Lazy<SplitCircles> _circles;

    public SplitChecks(SplitNames names, IEnumerable<SplitCandidate> candidates)
    {
        _names = names;
        _byRoot = candidates.Where(c => c.Problem is null).ToLookup(c => c.Name.Key);
        _circles = new(() => FindCircles(names, _byRoot));
    }

    /// <summary>The diagnostics of one split.</summary>
    public IEnumerable<Diagnostic> Of(SplitCandidate candidate)
    {
        var root = _names.Find(candidate.Name.Key)!;
        if (root.Ref == candidate.Split.Ref)
        {
            yield return SmiDiagnostics.VirtualRoot(candidate.Split, root);
        }

        if (!candidate.Split.Groups.IsEmpty && root.Ports.All(p => p.Protocol is PortProtocol.Tcp or PortProtocol.Tls))
        {
            yield return SmiDiagnostics.MatchesOnTcp(candidate.Split, root.Key);
        }

        var backends = candidate.Split.Backends.Select((b, i) => (Backend: b, Index: i, Name: _names.Resolve(b.Service, candidate.Split.Key.Namespace))).ToList();
        var shared = root.Ports.Where(p => backends.Exists(b => _names.Find(b.Name.Key)?.PortByNumber(p.Port) is not null)).ToList();
        if (root.Ports.Except(shared).ToList() is { Count: > 0 } unsplit)
        {
            yield return SmiDiagnostics.UnsplitPorts(candidate.Split, root.Key, unsplit);
        }

        foreach (var (backend, index, name) in backends)
        {
            foreach (var diagnostic in OfBackend(candidate, $"spec.backends[{index}]", name, backend.Weight, shared))
            {
                yield return diagnostic;
            }
        }
    }

    private List<Diagnostic> OfBackend(SplitCandidate candidate, string field, SplitName name, uint weight, List<ServicePort> shared)
    {
        var split = candidate.Split;
        var service = name.IsForeign ? null : _names.Find(name.Key);
        if (service is null)
        {
            // At weight 0 a backend may well come later: it is how a canary begins.
            return weight == 0 && !name.IsForeign ? [] : [SmiDiagnostics.MissingBackend(split, field, name, _names.WithOtherCase(name.Key))];
        }

        if (name.Key == candidate.Name.Key)
        {
            return [SmiDiagnostics.RootAsBackend(split, field)];
        }

        var lacking = shared.Where(p => service.PortByNumber(p.Port) is null).ToList();
        var problems = new List<Diagnostic>();
        if (lacking.Count > 0 && weight > 0)
        {
            problems.Add(SmiDiagnostics.MissingPorts(split, field, name.Key, lacking));
        }

        if (_byRoot.Contains(name.Key))
        {
            problems.Add(SmiDiagnostics.NotFollowed(split, field, name.Key, _byRoot[name.Key].First().Split, _circles.Value.Join(name.Key, candidate.Name.Key)));
        }

        return problems;
    }

    private static SplitCircles FindCircles(SplitNames names, ILookup<ServiceKey, SplitCandidate> byRoot) => new(byRoot.ToDictionary(
        root => root.Key,
        root => (IReadOnlyList<ServiceKey>)[.. root.SelectMany(c => c.Split.Backends.Select(b => names.Resolve(b.Service, c.Split.Key.Namespace).Key)).Where(k => k != root.Key && byRoot.Contains(k))]));
}
