using System.Collections.Immutable;

namespace XdsServer.Model.Smi;

/// <summary>
/// SMI's <c>TrafficTarget</c> as its author wrote it: who may send what to whom. <see cref="MeshModel.Compose"/> evaluates it into an
/// <see cref="AccessRule"/>.
/// </summary>
public sealed record TrafficTarget : MeshObject
{
    /// <summary>Namespace and name of the object itself.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>Who is asked.</summary>
    public required ServiceAccount Destination { get; init; }

    /// <summary>The only port that is meant (v1alpha1 and v1alpha2); null: any.</summary>
    public int? Port { get; init; }

    /// <summary>Who may ask.</summary>
    public ImmutableArray<ServiceAccount> Sources { get; init; } = [];

    /// <summary>What may be asked for.</summary>
    public ImmutableArray<TargetRule> Rules { get; init; } = [];
}

/// <summary>An identity of Kubernetes.</summary>
public readonly record struct ServiceAccount(string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>What a rule of a target refers to.</summary>
public enum TargetRuleKind
{
    /// <summary>An <c>HTTPRouteGroup</c>.</summary>
    HttpRouteGroup,

    /// <summary>A <c>TCPRoute</c>.</summary>
    TcpRoute,

    /// <summary>A <c>UDPRoute</c>.</summary>
    UdpRoute,
}

/// <summary>A reference to a specification in the target's namespace.</summary>
/// <param name="Kind">What it refers to.</param>
/// <param name="Name">Its name.</param>
/// <param name="Matches">Names of matches in a group; empty: all of them.</param>
public sealed record TargetRule(TargetRuleKind Kind, string Name, ImmutableArray<string> Matches);
