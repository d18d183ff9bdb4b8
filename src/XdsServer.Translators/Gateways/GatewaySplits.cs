using System.Collections.Immutable;
using System.Numerics;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Gateways;

/// <summary>
/// A gateway is a client of services like any other, so splits of a backend apply to what it sends there: the backend's share is
/// divided among the backends of the split. One level only; a backend of a split is never looked up again.
/// </summary>
internal sealed class GatewaySplits(ServiceCatalog services, RouteCatalog routes)
{
    /// <summary>How many matches a rule may become because several of its backends have splits of matching requests. Envoy compares one after the other.</summary>
    public const int MostMatches = 256;

    private readonly ServiceSplits _splits = new(services, routes);

    /// <summary>
    /// The rules that take the place of one, the first match decides: a route for every combination of splits that a request can match,
    /// in which each backend's share goes where its own split says. Null: there would be more than <see cref="MostMatches"/>.
    /// </summary>
    public IReadOnlyList<RouteRule>? Expand(RouteRule rule)
    {
        var choices = rule.Backends.Select(ChoicesOf).ToList();
        if (choices.TrueForAll(c => c.Count == 0))
        {
            return [Divide(rule)];
        }

        var limit = choices.Count(c => c.Count > 0) > 1 ? MostMatches : int.MaxValue;
        var rules = new List<RouteRule>();
        return Combine(rule, Matches(rule), choices, [], rules, limit) ? rules : null;
    }

    /// <summary>The rule with those splits alone that apply to all requests: backends that are split are replaced, in exactly the same proportions.</summary>
    public RouteRule Divide(RouteRule rule) => Divide(rule, [.. rule.Backends.Select(Default)]);

    /// <summary>The route, and the splits of its backends with what they were made from.</summary>
    public IEnumerable<ObjectRef> Origins(MeshRoute route) => Origins(route.Rules.SelectMany(rule => rule.Backends)).Prepend(route.Ref);

    /// <summary>The splits of these backends with what they were made from.</summary>
    public IEnumerable<ObjectRef> Origins(IEnumerable<RouteBackend> backends) =>
        backends.SelectMany(b => _splits.RoutesOf(b.Service, b.Port)).SelectMany(RouteCatalog.OriginsOf);

    // Every combination of one split for each backend, those with matches first. A request matches the combination of the splits that it
    // matches first, and otherwise only such as come after that one. False: there are too many.
    private bool Combine(RouteRule rule, ImmutableArray<RouteMatch> matches, List<List<RouteRule>> choices, ImmutableArray<ImmutableArray<RouteBackend>> chosen, List<RouteRule> rules, int limit)
    {
        if (chosen.Length == choices.Count)
        {
            rules.Add(Divide(rule with { Matches = matches }, chosen));
            return limit == int.MaxValue || rules.Sum(r => r.Matches.Length) <= limit;
        }

        foreach (var split in choices[chosen.Length])
        {
            if ((long)matches.Length * split.Matches.Length > limit)
            {
                return false;
            }

            ImmutableArray<RouteMatch> both = [.. matches.SelectMany(m => split.Matches.Select(s => RouteMatches.Both(m, s))).OfType<RouteMatch>()];
            if (!both.IsEmpty && !Combine(rule, both, choices, chosen.Add(split.Backends), rules, limit))
            {
                return false;
            }
        }

        return Combine(rule, matches, choices, chosen.Add(Default(rule.Backends[chosen.Length])), rules, limit);
    }

    private static RouteRule Divide(RouteRule rule, ImmutableArray<ImmutableArray<RouteBackend>> splits)
    {
        var parts = rule.Backends.Zip(splits, (backend, split) => (Backend: backend, Split: split)).ToList();
        if (parts.TrueForAll(p => p.Split is [{ Weight: 1 } same] && same.Service == p.Backend.Service))
        {
            return rule;
        }

        if (parts is [{ Backend.Weight: > 0 } whole])
        {
            return rule with { Backends = whole.Split };
        }

        // Of a backend of weight w whose split adds up to s, each part of weight p gets w·p/s; times the common multiple of all s it is
        // whole. A split whose weights are all 0 lets nobody have the backend's share.
        var sums = parts.Select(p => p.Split.Aggregate(BigInteger.Zero, (sum, s) => sum + s.Weight)).ToList();
        var common = sums.Where(s => !s.IsZero).Aggregate(BigInteger.One, (a, b) => a / BigInteger.GreatestCommonDivisor(a, b) * b);
        var failing = parts.Where((_, i) => sums[i].IsZero).Aggregate(BigInteger.Zero, (sum, p) => sum + p.Backend.Weight) * common;
        var shares = parts.SelectMany((p, i) => p.Split.Select(s => (s, sums[i].IsZero ? 0 : p.Backend.Weight * (BigInteger)s.Weight * (common / sums[i])))).ToList();
        return Fit(rule, shares, failing);
    }

    // A backend that gets nothing has nothing to divide.
    private List<RouteRule> ChoicesOf(RouteBackend backend) => backend.Weight == 0 ? [] : [.. RulesOf(backend).Where(r => !r.Matches.IsEmpty)];

    private ImmutableArray<RouteBackend> Default(RouteBackend backend) => RulesOf(backend).FirstOrDefault(r => r.Matches.IsEmpty)?.Backends ?? [backend with { Weight = 1 }];

    private IEnumerable<RouteRule> RulesOf(RouteBackend backend) => _splits.RoutesOf(backend.Service, backend.Port)
        .SelectMany(route => _splits.RulesOf(route, backend.Port))
        .OfType<RouteRule>();

    private static ImmutableArray<RouteMatch> Matches(RouteRule rule) => rule.Matches.IsEmpty ? [new RouteMatch()] : rule.Matches;

    // Exact as long as all together fit 32 bits; beyond that as fine as these allow.
    private static RouteRule Fit(RouteRule rule, List<(RouteBackend Backend, BigInteger Share)> shares, BigInteger failing)
    {
        var divisor = BigInteger.Max(1, shares.Aggregate(failing, (d, s) => BigInteger.GreatestCommonDivisor(d, s.Share)));
        var sum = shares.Aggregate(failing, (total, s) => total + s.Share) / divisor;
        divisor *= sum <= uint.MaxValue ? 1 : sum / (uint.MaxValue / 2) + 1;
        return rule with { Backends = [.. shares.Select(s => s.Backend with { Weight = Fit(s.Share, divisor) })], FailingWeight = Fit(failing, divisor) };
    }

    private static uint Fit(BigInteger share, BigInteger divisor) => share.IsZero ? 0 : (uint)BigInteger.Max(1, share / divisor);
}
