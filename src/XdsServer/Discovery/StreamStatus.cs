using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Discovery;

/// <summary>One connected client, at one moment.</summary>
/// <param name="Id">Unique in this process; the first part of the stream's nonces.</param>
/// <param name="Variant">Which protocol it speaks.</param>
/// <param name="OnlyType">The short name of the only type of a one-type stream; null: aggregated.</param>
/// <param name="NodeId">What the client calls itself; empty until its first request.</param>
/// <param name="Group">The proxy group that it joined; empty until its first request.</param>
/// <param name="Peer">Remote address.</param>
/// <param name="ConnectedAt">When the stream began.</param>
/// <param name="Types">Its subscriptions, in push order.</param>
public sealed record StreamStatus(
    long Id,
    DiscoveryVariant Variant,
    string? OnlyType,
    string NodeId,
    string Group,
    string Peer,
    DateTimeOffset ConnectedAt,
    ImmutableArray<SubscriptionStatus> Types);

/// <summary>One type on one stream, at one moment (protocol duty 23).</summary>
public sealed record SubscriptionStatus
{
    /// <summary>cds, eds, …</summary>
    public required string Type { get; init; }

    /// <summary>The client wants all of the type.</summary>
    public required bool IsWildcard { get; init; }

    /// <summary>How many names it wants by themselves.</summary>
    public required int Names { get; init; }

    /// <summary>The client asks for what may not cross its connection: secrets, over plain text. It gets none of the type.</summary>
    public bool IsWithheld { get; init; }

    /// <summary>The version sent last; null: nothing was sent.</summary>
    public required string? SentVersion { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>The version accepted last.</summary>
    public required string? AckedVersion { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset? AckedAt { get; init; }

    /// <summary>The version rejected last.</summary>
    public required string? NackedVersion { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset? NackedAt { get; init; }

    /// <summary>The client's words, as long as its last answer is a rejection.</summary>
    public required string? Error { get; init; }

    /// <summary>The newest response's nonce.</summary>
    public required string? Nonce { get; init; }

    /// <summary>Responses sent, accepted and rejected.</summary>
    public required long Responses { get; init; }

    /// <summary>Accepted.</summary>
    public required long Acks { get; init; }

    /// <summary>Rejected.</summary>
    public required long Nacks { get; init; }

    /// <summary>Responses that the client has not answered yet.</summary>
    public required int InFlight { get; init; }

    /// <summary>Changes that had to wait so far.</summary>
    public required long Waits { get; init; }

    /// <summary>Waits that reached their limit.</summary>
    public required long Limits { get; init; }

    /// <summary>Changes that are held back, each with what it waits for; at most twenty.</summary>
    public required ImmutableArray<string> Waiting { get; init; }

    /// <summary>The objects from which the rejected resources were made.</summary>
    public required ImmutableArray<ObjectRef> RejectedOrigins { get; init; }
}
