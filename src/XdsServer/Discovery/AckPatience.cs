using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>How long newer content of a type waits for the client's answer to what it was sent before (protocol duty 88).</summary>
internal static class AckPatience
{
    // From so many unanswered responses on each further one waits longer, so that what is kept of them grows with the square root of time at most.
    private const int Many = 32;

    /// <summary>When newer content goes out although older is unanswered; null: nothing is unanswered.</summary>
    /// <remarks>A warming cluster withholds the ACK of CDS, so newer clusters wait for a moment only (envoy-measured rule 4).</remarks>
    public static TimeSpan? EndOf(Subscription subscription, DiscoveryOptions options)
    {
        if (subscription.InFlight.Count == 0)
        {
            return null;
        }

        var isClusters = subscription.Type == ResourceType.Cluster && options.Rules.HasFlag(EnvoyRules.NewerClustersOvertake);
        return subscription.Record.SentAt + ((isClusters ? options.ClusterAckPatience : options.AckLimit) * Math.Max(1, subscription.InFlight.Count - Many));
    }

    /// <summary>Takes note that nothing goes out now; a wait begins when there is newer content.</summary>
    public static void Blocked(Subscription subscription, Snapshot newest)
    {
        if (!subscription.Record.IsBlocked && !subscription.HasSeen(newest) && !subscription.IsUntouchedBy(newest))
        {
            subscription.Record.IsBlocked = true;
            subscription.Record.Waits++;
        }
    }

    /// <summary>Takes note that the newest content was looked at; the wait ended at its limit when the client has still not answered.</summary>
    public static void Passed(Subscription subscription, Update? update)
    {
        subscription.Record.Limits += subscription.Record.IsBlocked && update is not null && subscription.InFlight.Count > 1 ? 1 : 0;
        subscription.Record.IsBlocked = false;
    }
}
