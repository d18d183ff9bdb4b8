using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;

namespace XdsServer.Discovery;

/// <summary>What a request says, in either variant.</summary>
internal sealed class ClientRequest
{
    public required string TypeUrl { get; init; }

    public Node? Node { get; init; }

    /// <summary>Names to subscribe to; in SotW all names of the subscription.</summary>
    public NameList Names { get; init; } = NameList.Empty;

    /// <summary>Delta: names to unsubscribe from.</summary>
    public IReadOnlyList<string> Unsubscribe { get; init; } = [];

    /// <summary>Delta: what the client holds already.</summary>
    public IReadOnlyDictionary<string, string> InitialVersions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>SotW: the version that the client says it holds.</summary>
    public string Version { get; init; } = "";

    public string Nonce { get; init; } = "";

    /// <summary>The text of a NACK, or null (protocol duty 19: nothing else makes a request a NACK).</summary>
    public string? Error { get; init; }

    /// <summary>A request; <paramref name="names"/> are its names when they are not in the message.</summary>
    public static ClientRequest From(DiscoveryRequest request, NameList? names = null) => new()
    {
        TypeUrl = request.TypeUrl,
        Node = request.Node,
        Names = names ?? NameList.Of(request.ResourceNames),
        Version = request.VersionInfo,
        Nonce = request.ResponseNonce,
        Error = request.ErrorDetail?.Message,
    };

    /// <inheritdoc cref="From(DiscoveryRequest, NameList?)"/>
    public static ClientRequest From(DeltaDiscoveryRequest request, NameList? names = null) => new()
    {
        TypeUrl = request.TypeUrl,
        Node = request.Node,
        Names = names ?? NameList.Of(request.ResourceNamesSubscribe),
        Unsubscribe = request.ResourceNamesUnsubscribe,
        InitialVersions = request.InitialResourceVersions,
        Nonce = request.ResponseNonce,
        Error = request.ErrorDetail?.Message,
    };
}
