using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <content>What is taken away waits for what may still use it.</content>
internal sealed partial class AckGate
{
    public Hold? WhatNeeds(ResourceName name, TimeSpan since)
    {
        var limit = since + RemovalLimit;
        if (name.Type == ResourceType.Cluster)
        {
            // At its own limit the client's return is no longer waited for; what it has asked for by then may still need the cluster.
            var resumption = Resumption(since);
            return Rejection(limit)
                ?? (_now < resumption?.Until ? resumption : null)
                ?? (Has(EnvoyRules.ClustersWaitForUsers) ? Usage(name, limit) ?? Drainage(name) : null)
                ?? resumption;
        }

        if (name.Type == ResourceType.Endpoint)
        {
            return Parent(ResourceType.Cluster, name, limit);
        }

        if (name.Type == ResourceType.Secret)
        {
            return Parent(ResourceType.Cluster, name, limit) ?? Parent(ResourceType.Listener, name, limit);
        }

        return name.Type == ResourceType.Route || name.Type == ResourceType.ExtensionConfig
            ? Parent(ResourceType.Listener, name, limit) ?? Routing(name, limit)
            : null;
    }

    // Envoy ignores the removal of a route configuration and routes by it until it drops the subscription (rule 7).
    private Hold? Routing(ResourceName name, TimeSpan limit) =>
        name.Type == ResourceType.Route && subscriptions[ResourceType.Listener.Index] is not null
        && subscriptions[ResourceType.Route.Index]?.Interest.Names.Contains(name.Name) == true
            ? new Hold("the client to drop its subscription", limit, Yields: true)
            : null;

    private void Drain(Resource? listener, TimeSpan now)
    {
        foreach (var reference in listener?.References ?? [])
        {
            if (reference.Type == ResourceType.Cluster)
            {
                _draining[reference.Name] = now + options.ListenerDrainTime;
            }
        }
    }

    // After a NACK the client's state is not known: nothing is taken from it (rule 5).
    private Hold? Rejection(TimeSpan limit)
    {
        foreach (var subscription in Has(EnvoyRules.RejectionsHold) ? subscriptions : [])
        {
            if (subscription is { IsRejecting: true } && (subscription.Type == ResourceType.Cluster || Users.Contains(subscription.Type)))
            {
                return new Hold($"an ACK of {subscription.Type}: the client rejected the newest", limit, Yields: false);
            }
        }

        return null;
    }

    // A client that held state before this stream may still route by it until it was sent its listeners and routes (rule 11).
    private Hold? Resumption(TimeSpan since)
    {
        if (!Has(EnvoyRules.RemovalsWaitForResumption) || Clusters is not { IsResumed: true } || HasSettled(ResourceType.Listener, out var names) && (!names || HasSettled(ResourceType.Route, out _)))
        {
            return null;
        }

        return new Hold("the client's listeners and routes, which it held before it connected", since + options.ResumeLimit, Yields: true);
    }

    private bool HasSettled(ResourceType type, out bool namesRoutes)
    {
        namesRoutes = false;
        if (subscriptions[type.Index] is not { } subscription || subscription.Record.Acks == 0 || subscription.InFlight.Count > 0 || subscription.HasToAnswer)
        {
            return false;
        }

        foreach (var resource in subscription.Held())
        {
            namesRoutes |= resource.References.Any(r => r.Type == ResourceType.Route);
        }

        return true;
    }

    private Hold? Usage(ResourceName cluster, TimeSpan limit)
    {
        foreach (var type in Users)
        {
            if (subscriptions[type.Index] is not { } user)
            {
                continue;
            }

            foreach (var resource in user.InUse())
            {
                if (resource.References.Contains(cluster))
                {
                    // When the user's newer form is itself withheld, taking the cluster away would cut live traffic.
                    return new Hold($"{type} {resource.Name}, which names it", limit, Yields: !user.Open.ContainsKey(resource.Name));
                }
            }

            if (user.HasUnknownForms)
            {
                return new Hold($"{type}: it is not known what the client holds", limit, Yields: true);
            }
        }

        return null;
    }

    private Hold? Drainage(ResourceName cluster)
    {
        if (!_draining.TryGetValue(cluster.Name, out var until))
        {
            return null;
        }

        if (until > _now)
        {
            return new Hold("replaced filter chains of a listener, which drain", until, Yields: true);
        }

        _draining.Remove(cluster.Name);
        return null;
    }

    // What a withheld parent names must stay with it.
    private Hold? Parent(ResourceType type, ResourceName name, TimeSpan limit)
    {
        if (subscriptions[type.Index] is not { } parent)
        {
            return type == ResourceType.Cluster && AwaitsClusters ? UntilClustersAreAsked(isHeld: true) : null;
        }

        if (!parent.HasSeen(_target))
        {
            return new Hold($"the {type} change that goes with it", limit, Yields: true);
        }

        foreach (var (parentName, item) in parent.Open)
        {
            if (item.Held is { } held && held.References.Contains(name))
            {
                return new Hold($"{type} {parentName}, which names it", limit, Yields: true);
            }
        }

        return null;
    }
}
