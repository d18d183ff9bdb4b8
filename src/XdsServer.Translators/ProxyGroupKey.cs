namespace XdsServer.Translators;

/// <summary>What kind of proxy asks, and so which listeners and routes it gets.</summary>
public enum ProxyProfile
{
    /// <summary>Beside one workload; the application sends to the egress port.</summary>
    Sidecar,

    /// <summary>Beside one workload; iptables redirect the application's connections.</summary>
    Transparent,

    /// <summary>An edge with real ports.</summary>
    Gateway,

    /// <summary>One for all workloads of a machine.</summary>
    Node,

    /// <summary>A gRPC client without a proxy.</summary>
    Grpc,
}

/// <summary>
/// What of a proxy decides its configuration: proxies with equal keys get identical snapshots.
/// </summary>
/// <param name="Profile">The kind of proxy.</param>
/// <param name="Namespace">Whose short names it understands.</param>
/// <param name="Service">The workload beside it, or the gateway that it is; empty: none.</param>
/// <param name="EgressPort">The port of its egress listener.</param>
/// <param name="InboundPort">The port of its inbound listener.</param>
/// <param name="Node">The machine it runs on, for <see cref="ProxyProfile.Node"/>; otherwise empty.</param>
public readonly record struct ProxyGroupKey(
    ProxyProfile Profile,
    string Namespace,
    string Service,
    int EgressPort,
    int InboundPort,
    string Node)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Profile.ToString().ToLowerInvariant()} {Namespace}/{(Service.Length == 0 ? "*" : Service)} :{EgressPort}/:{InboundPort}{(Node.Length == 0 ? "" : " on " + Node)}";
}
