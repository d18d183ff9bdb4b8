using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Make before break on an aggregated stream, decided by ACKs: Envoy withholds the ACK of CDS until every cluster of the response is warm.
/// The rules are those of docs/protocol.md, "What waits for what".
/// </summary>
internal sealed partial class AckGate(Subscription?[] subscriptions, DiscoveryOptions options, TimeSpan connectedAt) : IPushGate
{
    /// <summary>Types whose resources send traffic to clusters.</summary>
    private static readonly ResourceType[] Users =
        [ResourceType.ExtensionConfig, ResourceType.Listener, ResourceType.ScopedRoute, ResourceType.Route, ResourceType.VirtualHost];

    // Clusters that replaced or removed listeners named, and until when their filter chains may still use them.
    private readonly Dictionary<string, TimeSpan> _draining = new(StringComparer.Ordinal);
    private Snapshot _target = Snapshot.Empty;
    private TimeSpan _now;

    private TimeSpan RemovalLimit => options.ListenerDrainTime + options.RemovalSlack;

    private Subscription? Clusters => subscriptions[ResourceType.Cluster.Index];

    // A client whose connection broke while a cluster warmed asks for clusters only when that is warm (rule 3); by then it may have the routes that name it.
    private bool AwaitsClusters
    {
        get
        {
            if (Clusters is not null || _now >= GivenUpAt || !Has(EnvoyRules.UsersWaitForResumption))
            {
                return false;
            }

            foreach (var type in Users)
            {
                if (subscriptions[type.Index] is { IsResumed: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    private TimeSpan ResumedBy => connectedAt + options.ResumeLimit;

    // Who asks for endpoints has clusters, and if it does not ask for those, one of them still warms; others may well have their clusters from elsewhere.
    private TimeSpan GivenUpAt => subscriptions[ResourceType.Endpoint.Index] is not null && Has(EnvoyRules.LimitsWithhold) ? connectedAt + options.ResumeLimit + RemovalLimit : ResumedBy;

    /// <summary>
    /// The stream serves clusters, so that their ACKs can be waited for, or will do so soon. Without rule 3 endpoints wait for clusters even where none were
    /// asked for.
    /// </summary>
    public bool Decides => Clusters is not null || AwaitsClusters || !Has(EnvoyRules.EndpointsNeverWait);

    /// <summary>Resources of this type send traffic to clusters.</summary>
    public static bool UsesClusters(ResourceType type) => Users.Contains(type);

    /// <summary>Sets what the next questions are about.</summary>
    public void Look(Snapshot target, TimeSpan now) => (_target, _now) = (target, now);

    /// <summary>Lets go of the snapshot that was looked at: a stream at rest must not keep an old state alive.</summary>
    public void Forget() => _target = Snapshot.Empty;

    /// <summary>The client has accepted these listeners: what they took the place of begins to drain (envoy-measured rule 7).</summary>
    public void ListenersAccepted(Update update, TimeSpan now)
    {
        foreach (var listener in update.Lost)
        {
            Drain(listener, now);
        }

        foreach (var listener in update.Replaced)
        {
            Drain(listener, now);
        }
    }

    public bool IsOpen(ResourceType type) =>
        Users.Contains(type) ? (Clusters is { } clusters ? !Has(EnvoyRules.UsersWaitForClusters) || clusters.IsInStepWith(_target) : !AwaitsClusters)
        : type != ResourceType.Endpoint || Has(EnvoyRules.EndpointsNeverWait);

    public Hold? WhatHolds(Resource resource, bool isHeld, TimeSpan since)
    {
        if (resource.Type == ResourceType.Endpoint)
        {
            return Endpoints(since);
        }

        if (!Users.Contains(resource.Type) || !Has(EnvoyRules.UsersWaitForClusters))
        {
            return null;
        }

        if (Clusters is not { } clusters)
        {
            return AwaitsClusters && resource.References.Any(MayBeWarming) ? UntilClustersAreAsked(isHeld) : null;
        }

        foreach (var reference in resource.References)
        {
            // A name that the stream does not subscribe to does not gate: on-demand clients ask only after they saw it (rule 9).
            if (reference.Type == ResourceType.Cluster
                && (clusters.Interest.Covers(reference.Name) || !Has(EnvoyRules.UnknownNamesDoNotGate))
                && _target.Find(ResourceType.Cluster, reference.Name) is { } cluster
                && !IsReady(cluster, clusters))
            {
                var limit = options.AdditionLimit + (options.AdditionLimitPerThousand * (clusters.InFlightCount / 1000));
                return new Hold($"the ACK of cluster {reference.Name}", since + limit, Yields: !isHeld || !Has(EnvoyRules.LimitsWithhold), LookAgain(clusters, since + limit));
            }
        }

        return null;
    }

    private Hold UntilClustersAreAsked(bool isHeld) =>
        new("the client to ask for its clusters, which it held before it connected", ResumedBy, Yields: !isHeld, _now >= ResumedBy ? GivenUpAt : null);

    private bool Has(EnvoyRules rules) => (options.Rules & rules) == rules;

    // Endpoints never wait: clusters need them to become warm (rules 2, 3). This is what happens when they do.
    private Hold? Endpoints(TimeSpan since) =>
        !Has(EnvoyRules.EndpointsNeverWait) && Clusters is null or { InFlight.Count: > 0 }
            ? new Hold("the ACK of the clusters", since + options.AdditionLimit, Yields: false)
            : null;

    private bool IsReady(Resource cluster, Subscription clusters) =>
        clusters.HasAccepted(cluster)
        || (Has(EnvoyRules.EndpointsProveWarmth) && IsProvedWarm(cluster, clusters))
        || (!Has(EnvoyRules.RejectionsHold) && clusters.Open.GetValueOrDefault(cluster.Name) is { IsUncertain: true });

    // One cluster that does not become warm withholds the ACK of all. A cluster that needs nothing but endpoints is warm when those are accepted.
    private bool IsProvedWarm(Resource cluster, Subscription clusters) =>
        cluster.NeedsOnlyEndpoints
        && _now >= clusters.Record.SentAt + options.ClusterAckPatience
        && clusters.Holds(cluster)
        && HasEndpointsOf(cluster, isAccepted: true);

    // Who asks for the endpoints of a cluster has that cluster; once they are sent it is warm before anything that is sent later.
    private bool MayBeWarming(ResourceName reference) =>
        reference.Type == ResourceType.Cluster && _target.Find(reference.Type, reference.Name) is { } cluster && !(cluster.NeedsOnlyEndpoints && HasEndpointsOf(cluster, isAccepted: false));

    private bool HasEndpointsOf(Resource cluster, bool isAccepted) =>
        subscriptions[ResourceType.Endpoint.Index] is { } endpoints
        && cluster.References.All(r => r.Type != ResourceType.Endpoint
            || (endpoints.Interest.Covers(r.Name) && _target.Find(r.Type, r.Name) is { } assignment && (isAccepted ? endpoints.HasAccepted(assignment) : endpoints.Holds(assignment))));

    private TimeSpan? LookAgain(Subscription clusters, TimeSpan limit) =>
        clusters.Record.SentAt + options.ClusterAckPatience is var proof && proof > _now && proof < limit ? proof : null;
}
