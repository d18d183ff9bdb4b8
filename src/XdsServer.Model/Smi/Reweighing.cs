using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// The change that happens every few seconds while canaries run: other weights, and nothing else. What splits have to do with each
/// other and with services does not depend on weights, so only those that changed are composed anew, however many there are.
/// </summary>
internal static class Reweighing
{
    /// <summary>One outcome for each split; null when more than weights has changed.</summary>
    public static ImmutableArray<SplitOutcome>? Of(SmiInputs inputs, SmiModel previous)
    {
        var (before, now) = (previous.Splits, inputs.Splits);
        if (before.Length != now.Length || inputs.ClusterDomain != previous.Inputs.ClusterDomain || !inputs.RouteGroups.SequenceEqual(previous.RouteGroups, ReferenceEquals))
        {
            return null;
        }

        var outcomes = before.ToBuilder();
        for (var i = 0; i < now.Length; i++)
        {
            if (ReferenceEquals(before[i].Split, now[i]))
            {
                continue;
            }

            if (Reweigh(before[i], now[i]) is not { } outcome)
            {
                return null;
            }

            outcomes[i] = outcome;
        }

        return outcomes.DrainToImmutable();
    }

    private static SplitOutcome? Reweigh(SplitOutcome before, TrafficSplit split)
    {
        var old = before.Split;
        if (before.Route is not { Rules: [var rule] } route || rule.Backends.Length != split.Backends.Length || !IsSameButForWeights(old, split))
        {
            return null;
        }

        return before with
        {
            Split = split,
            Route = route with
            {
                Location = split.Location,
                Revision = SplitComposition.RevisionOf(split, before.Groups, route.Order),
                Rules = [rule with { Backends = [.. rule.Backends.Zip(split.Backends, (backend, share) => backend with { Weight = share.Weight })] }],
            },
            Diagnostics = [.. before.Diagnostics.Select(d => d with { Location = split.Location })],
        };
    }

    // A weight of 0 is another matter: a backend that takes nothing may be missing.
    private static bool IsSameButForWeights(TrafficSplit old, TrafficSplit split) =>
        old.Ref == split.Ref
        && old.Key == split.Key
        && old.Root == split.Root
        && old.Created == split.Created
        && old.Groups.SequenceEqual(split.Groups, StringComparer.Ordinal)
        && old.Backends.Length == split.Backends.Length
        && old.Backends.Zip(split.Backends).All(pair => pair.First.Service == pair.Second.Service && pair.First.Weight > 0 == pair.Second.Weight > 0);
}
