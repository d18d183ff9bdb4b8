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
    private readonly ServiceSplits _splits = new(services, routes);

    /// <summary>The rules that take the place of one, the first match decides.</summary>
    public IEnumerable<RouteRule> Expand(RouteRule rule)
    {
        // Which backend a request goes to is drawn after it was matched, so matches of splits apply only where there is one backend.
        if (rule.Backends is [var only])
        {
            foreach (var split in RulesOf(only).Where(r => !r.Matches.IsEmpty))
            {
                ImmutableArray<RouteMatch> both = [.. Matches(rule).SelectMany(m => split.Matches.Select(s => RouteMatches.Both(m, s))).OfType<RouteMatch>()];
                if (!both.IsEmpty)
                {
                    yield return rule with { Matches = both, Backends = split.Backends };
                }
            }
        }

        yield return rule with { Backends = Divide(rule.Backends) };
    }

    /// <summary>The route, and the splits of its backends with what they were made from.</summary>
    public IEnumerable<ObjectRef> Origins(MeshRoute route) => Origins(route.Rules.SelectMany(rule => rule.Backends)).Prepend(route.Ref);

    /// <summary>The splits of these backends with what they were made from.</summary>
    public IEnumerable<ObjectRef> Origins(IEnumerable<RouteBackend> backends) =>
        backends.SelectMany(b => _splits.RoutesOf(b.Service, b.Port)).SelectMany(RouteCatalog.OriginsOf);

    /// <summary>The backends with those that are split replaced, in exactly the same proportions.</summary>
    public ImmutableArray<RouteBackend> Divide(ImmutableArray<RouteBackend> backends)
    {
        var parts = backends.Select(b => (Backend: b, Split: RulesOf(b).FirstOrDefault(r => r.Matches.IsEmpty)?.Backends ?? [b with { Weight = 1 }])).ToList();
        if (parts.TrueForAll(p => p.Split is [{ Weight: 1 } same] && same.Service == p.Backend.Service))
        {
            return backends;
        }

        if (parts is [{ Backend.Weight: > 0 } whole])
        {
            return whole.Split;
        }

        // Of a backend of weight w whose split adds up to s, each part of weight p gets w·p/s; times the common multiple of all s it is whole.
        var sums = parts.Select(p => p.Split.Aggregate(BigInteger.Zero, (sum, s) => sum + s.Weight)).ToList();
        var common = sums.Where(s => !s.IsZero).Aggregate(BigInteger.One, (a, b) => a / BigInteger.GreatestCommonDivisor(a, b) * b);
        var shares = parts.SelectMany((p, i) => p.Split.Select(s => (s, sums[i].IsZero ? 0 : p.Backend.Weight * (BigInteger)s.Weight * (common / sums[i])))).ToList();
        return Fit(shares);
    }

    private IEnumerable<RouteRule> RulesOf(RouteBackend backend) => _splits.RoutesOf(backend.Service, backend.Port)
        .SelectMany(route => _splits.RulesOf(route, backend.Port))
        .OfType<RouteRule>();

    private static ImmutableArray<RouteMatch> Matches(RouteRule rule) => rule.Matches.IsEmpty ? [new RouteMatch()] : rule.Matches;

    // Exact as long as all together fit 32 bits; beyond that as fine as these allow.
    private static ImmutableArray<RouteBackend> Fit(List<(RouteBackend Backend, BigInteger Share)> shares)
    {
        var divisor = BigInteger.Max(1, shares.Aggregate(BigInteger.Zero, (d, s) => BigInteger.GreatestCommonDivisor(d, s.Share)));
        var sum = shares.Aggregate(BigInteger.Zero, (total, s) => total + s.Share) / divisor;
        divisor *= sum <= uint.MaxValue ? 1 : sum / (uint.MaxValue / 2) + 1;
        return [.. shares.Select(s => s.Backend with { Weight = s.Share.IsZero ? 0 : (uint)BigInteger.Max(1, s.Share / divisor) })];
    }
}
