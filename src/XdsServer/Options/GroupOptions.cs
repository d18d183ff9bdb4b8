namespace XdsServer.Options;

/// <summary>How proxies are recognised, and put into groups of equal configuration.</summary>
public sealed record GroupOptions
{
    /// <summary>Rules in order; the first that fits decides. A proxy that none fits is read by its own <c>node.metadata</c>.</summary>
    public IReadOnlyList<GroupRule> Rules { get; init; } = [];

    /// <summary>What a proxy gets that no rule fits and that says nothing of itself; null: it is refused with a clear message.</summary>
    public GroupSettings? Default { get; init; }

    /// <summary>How long a group without members is kept ready.</summary>
    public TimeSpan KeepIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most groups at one time: a limit on what strangers can make the server compute.</summary>
    public int MaxGroups { get; init; } = 10_000;
}

/// <summary>One rule: what a node must look like, and what it gets. Every pattern given must fit; <c>*</c> stands for any text.</summary>
public sealed record GroupRule
{
    /// <summary>Pattern for <c>node.id</c>.</summary>
    public string? Id { get; init; }

    /// <summary>Pattern for <c>node.cluster</c>.</summary>
    public string? Cluster { get; init; }

    /// <summary>Pattern for <c>node.locality.region</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Pattern for <c>node.locality.zone</c>.</summary>
    public string? Zone { get; init; }

    /// <summary>Patterns for values of <c>node.metadata</c>, by key; the key must be there.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the proxy gets; what is not set here comes from its own metadata.</summary>
    public GroupSettings Use { get; init; } = new();
}

/// <summary>What a proxy is. Unset values come from the proxy's metadata, then from the built-in defaults.</summary>
public sealed record GroupSettings
{
    /// <summary>sidecar, transparent, gateway, node or grpc.</summary>
    public string? Profile { get; init; }

    /// <summary>Whose short names it understands; built-in: <c>default</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>The workload beside it, or the gateway that it is.</summary>
    public string? Service { get; init; }

    /// <summary>The port of its egress listener; built-in: 15001.</summary>
    public int? EgressPort { get; init; }

    /// <summary>The port of its inbound listener; built-in: 15006.</summary>
    public int? InboundPort { get; init; }
}
