using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Make before break where no common order exists: on streams of one type, and on aggregated streams whose clusters come elsewhere. There is no ACK to wait for
/// that tells when a cluster is warm, so time stands in for it: add, wait, switch, wait, remove (protocol duty 68).
/// </summary>
internal sealed class SettleGate(SnapshotHistory history, DiscoveryOptions options) : IPushGate
{
    private Snapshot _target = Snapshot.Empty;
    private TimeSpan _now;

    /// <summary>Sets what the next questions are about.</summary>
    public void Look(Snapshot target, TimeSpan now) => (_target, _now) = (target, now);

    /// <summary>Lets go of the snapshot that was looked at: a stream at rest must not keep an old state alive.</summary>
    public void Forget() => _target = Snapshot.Empty;

    public bool IsOpen(ResourceType type) => !AckGate.UsesClusters(type) || history.ClustersChangedAt is not { } changed || _now >= changed + options.SeparateWait;

    public Hold? WhatHolds(Resource resource, bool isHeld, TimeSpan since)
    {
        // What the client does not have at all breaks nothing by coming early.
        if (!isHeld || !AckGate.UsesClusters(resource.Type))
        {
            return null;
        }

        foreach (var reference in resource.References)
        {
            if (reference.Type == ResourceType.Cluster
                && _target.Find(reference.Type, reference.Name) is { } cluster
                && history.AppearedAt(cluster.Name) + WaitFor(cluster) is { } settled
                && settled > _now)
            {
                return new Hold($"time to pass until cluster {reference.Name} should be warm", settled, Yields: true);
            }
        }

        return null;
    }

    public Hold? WhatNeeds(ResourceName name, TimeSpan since) =>
        name.Type == ResourceType.Cluster || name.Type == ResourceType.Endpoint
            ? new Hold("time to pass until routes should have left it", since + (options.SeparateWait * 2), Yields: true)
            : null;

    private TimeSpan WaitFor(Resource cluster) => cluster.NeedsOnlyEndpoints ? options.SeparateEndpointsWait : options.SeparateWait;
}
