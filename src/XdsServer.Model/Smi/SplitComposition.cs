using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// Splits and the route groups that they refer to, as routes. Several splits may hang on one root: those with matches first, oldest
/// first, then one without; the oldest of these wins.
/// </summary>
internal sealed class SplitComposition(
    ImmutableArray<TrafficSplit> splits,
    IReadOnlyDictionary<ServiceKey, RouteGroup> groups,
    SplitNames names,
    ImmutableArray<SplitOutcome> previous)
{
    private readonly Dictionary<ObjectRef, SplitOutcome> _previous = previous.ToDictionary(o => o.Split.Ref);

    /// <summary>One outcome for each split, in the order given.</summary>
    public ImmutableArray<SplitOutcome> Compose()
    {
        var candidates = splits.Select(Examine).ToList();
        var checks = new SplitChecks(names, candidates);
        var ranks = new Dictionary<ObjectRef, int>();
        var winners = new Dictionary<ServiceKey, TrafficSplit>();
        foreach (var root in candidates.Where(c => c.Problem is null).GroupBy(c => c.Name.Key))
        {
            Rank(root, ranks, winners);
        }

        return [.. candidates.Select(c => OutcomeOf(c, checks, ranks, winners))];
    }

    /// <summary>The revision of the route that a split and its groups become.</summary>
    public static string RevisionOf(TrafficSplit split, ImmutableArray<RouteGroup> groups, int rank) => string.Join('/', groups.Select(g => g.Revision).Prepend($"{split.Revision}:{rank}"));

    private SplitCandidate Examine(TrafficSplit split)
    {
        var name = names.Resolve(split.Root, split.Key.Namespace);
        ImmutableArray<RouteGroup> found = [.. split.Groups.Select(g => groups.GetValueOrDefault(new ServiceKey(split.Key.Namespace, g))).OfType<RouteGroup>()];
        var missing = split.Groups.FirstOrDefault(g => !groups.ContainsKey(new ServiceKey(split.Key.Namespace, g)));
        var problem = name.IsForeign ? SmiDiagnostics.ForeignRoot(split, name.Key)
            : missing is not null ? SmiDiagnostics.MissingGroup(split, missing)
            : names.Find(name.Key) is null ? SmiDiagnostics.MissingRoot(split, name.Key, names.WithOtherCase(name.Key))
            : null;
        return new SplitCandidate(split, name, found, problem);
    }

    // Those with matches first; every list oldest first, and what no API server has dated after what one has.
    private static void Rank(IEnumerable<SplitCandidate> ofRoot, Dictionary<ObjectRef, int> ranks, Dictionary<ServiceKey, TrafficSplit> winners)
    {
        var rank = 0;
        foreach (var candidate in ofRoot.OrderBy(c => c.Split.Groups.IsEmpty).ThenBy(c => c.Split.Created ?? DateTimeOffset.MaxValue).ThenBy(c => c.Split.Key))
        {
            if (!candidate.Split.Groups.IsEmpty || winners.TryAdd(candidate.Name.Key, candidate.Split))
            {
                ranks.Add(candidate.Split.Ref, rank++);
            }
        }
    }

    private SplitOutcome OutcomeOf(SplitCandidate candidate, SplitChecks checks, Dictionary<ObjectRef, int> ranks, Dictionary<ServiceKey, TrafficSplit> winners)
    {
        var split = candidate.Split;
        var outcome = new SplitOutcome
        {
            Split = split,
            State = candidate.Problem is { Code: SmiDiagnostics.MissingRootCode } ? SplitState.Waiting : SplitState.LeftOut,
            Root = candidate.Name.IsForeign ? null : candidate.Name.Key,
            Groups = candidate.Groups,
        };
        if (candidate.Problem is { } problem)
        {
            return outcome with { Diagnostics = [problem] };
        }

        if (!ranks.TryGetValue(split.Ref, out var rank))
        {
            return outcome with { Diagnostics = [SmiDiagnostics.Conflict(split, candidate.Name.Key, winners[candidate.Name.Key])] };
        }

        return outcome with { State = SplitState.Applied, Route = RouteOf(candidate, rank), Diagnostics = [.. checks.Of(candidate)] };
    }

    private MeshRoute RouteOf(SplitCandidate candidate, int rank)
    {
        var (split, root, found, _) = candidate;
        return _previous.GetValueOrDefault(split.Ref) is { Route: { } old } before
            && ReferenceEquals(before.Split, split) && before.Root == root.Key && old.Order == rank && before.Groups.SequenceEqual(found, ReferenceEquals)
            ? old
            : new MeshRoute
            {
                Ref = split.Ref,
                Location = split.Location,
                Revision = RevisionOf(split, found, rank),
                Namespace = split.Key.Namespace,
                Parents = [new RouteParent.OfService(root.Key, 0)],
                Order = rank,
                LeavesRest = true,
                Origins = [.. found.Select(g => g.Ref)],
                Rules = [RuleOf(split, found)],
            };
    }

    private RouteRule RuleOf(TrafficSplit split, ImmutableArray<RouteGroup> found) => new()
    {
        Matches = [.. found.SelectMany(g => g.Matches).SelectMany(m => m.AnyOf)],
        Backends = [.. split.Backends.Select(b => (Name: names.Resolve(b.Service, split.Key.Namespace), b.Weight)).Where(b => !b.Name.IsForeign).Select(b => new RouteBackend(b.Name.Key, 0, b.Weight))],
        LeavesOutMissing = true,
    };
}

/// <summary>A split with its references looked up; <paramref name="Problem"/> says why it has no effect.</summary>
internal sealed record SplitCandidate(TrafficSplit Split, SplitName Name, ImmutableArray<RouteGroup> Groups, Diagnostic? Problem);
