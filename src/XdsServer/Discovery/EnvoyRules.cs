namespace XdsServer.Discovery;

/// <summary>
/// What make before break consists of (docs/protocol.md, "What waits for what"; numbers are those of its measured rules). Tests switch one off to show that it
/// is needed; nothing else does.
/// </summary>
[Flags]
internal enum EnvoyRules
{
    None = 0,

    /// <summary>1: what names a new or changed cluster waits for the ACK of the clusters.</summary>
    UsersWaitForClusters = 1,

    /// <summary>2, 3: endpoints never wait for the clusters, not even on a stream that has not asked for clusters.</summary>
    EndpointsNeverWait = 1 << 1,

    /// <summary>4: newer clusters do not wait for the ACK of older ones for long.</summary>
    NewerClustersOvertake = 1 << 2,

    /// <summary>5: after a rejection gated changes stay back and nothing is taken away.</summary>
    RejectionsHold = 1 << 3,

    /// <summary>6: the endpoints of new and changed clusters follow them unasked.</summary>
    EndpointsFollowClusters = 1 << 4,

    /// <summary>7: a cluster stays as long as something that the stream subscribes to names it.</summary>
    ClustersWaitForUsers = 1 << 5,

    /// <summary>8: a change that is not safe at its limit is withheld, not forced.</summary>
    LimitsWithhold = 1 << 6,

    /// <summary>9: names that the stream does not subscribe to hold nothing back.</summary>
    UnknownNamesDoNotGate = 1 << 7,

    /// <summary>10: without a common stream, routes wait for the time that clusters take.</summary>
    SeparateStreamsWait = 1 << 8,

    /// <summary>11: after a reconnect removals wait for the client's routes.</summary>
    RemovalsWaitForResumption = 1 << 9,

    /// <summary>While some cluster does not become warm, others whose endpoints the client has accepted count as warm.</summary>
    EndpointsProveWarmth = 1 << 10,

    /// <summary>3, 1: routes of a client that comes back and does not ask for clusters yet wait until it does: some cluster is still warming.</summary>
    UsersWaitForResumption = 1 << 11,

    All = (1 << 12) - 1,
}
