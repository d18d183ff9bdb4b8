using System.Collections.Immutable;
using XdsServer.Model;
using Endpoint = XdsServer.Model.Endpoint;

namespace XdsServer.Pipeline;

/// <summary>
/// Whether endpoints have gone or begun to drain between two fragments of one source. Until proxies know of it they send requests
/// to an endpoint that may stop at any moment, so such changes skip the quiet period.
/// </summary>
internal static class Departures
{
    /// <summary>True when an endpoint of <paramref name="before"/> is gone in <paramref name="after"/>, or takes no new requests there.</summary>
    public static bool Between(MeshFragment before, MeshFragment after)
    {
        if (before.Endpoints == after.Endpoints)
        {
            return false;
        }

        // Both lists are sorted, so one walk along them finds every pair.
        var (now, at) = (after.Endpoints, 0);
        foreach (var old in before.Endpoints)
        {
            while (at < now.Length && !ReferenceEquals(now[at], old) && now[at].Ref.CompareTo(old.Ref) < 0)
            {
                at++;
            }

            if (at == now.Length || (!ReferenceEquals(now[at], old) && (now[at].Ref != old.Ref || HasDepartures(old.Endpoints, now[at].Endpoints))))
            {
                return true;
            }

            at++;
        }

        return false;
    }

    private static bool HasDepartures(ImmutableArray<Endpoint> before, ImmutableArray<Endpoint> after)
    {
        var healthy = after.Where(e => e.Health == EndpointHealth.Healthy).Select(Identity).ToHashSet();
        var present = after.Select(Identity).ToHashSet();
        return before.Any(e => !present.Contains(Identity(e)) || (e.Health == EndpointHealth.Healthy && !healthy.Contains(Identity(e))));
    }

    private static (string Address, string Ports) Identity(Endpoint endpoint) =>
        (endpoint.Address, string.Join(',', endpoint.Ports.Select(p => $"{p.Key}={p.Value}")));
}
