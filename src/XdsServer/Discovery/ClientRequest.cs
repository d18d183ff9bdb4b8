using System.Buffers;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace XdsServer.Discovery;

/// <summary>What a request says, in either variant.</summary>
internal sealed class ClientRequest
{
    public required string TypeUrl { get; init; }

    public Node? Node { get; init; }

    /// <summary>Names to subscribe to; in SotW all names of the subscription.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Delta: names to unsubscribe from.</summary>
    public IReadOnlyList<string> Unsubscribe { get; init; } = [];

    /// <summary>Delta: what the client holds already.</summary>
    public IReadOnlyDictionary<string, string> InitialVersions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>SotW: the version that the client says it holds.</summary>
    public string Version { get; init; } = "";

    public string Nonce { get; init; } = "";

    /// <summary>The text of a NACK, or null (protocol duty 19: nothing else makes a request a NACK).</summary>
    public string? Error { get; init; }

    /// <exception cref="DiscoveryException">The bytes are not a request.</exception>
    public static ClientRequest Read(DiscoveryVariant variant, ReadOnlySequence<byte> message)
    {
        try
        {
            return variant == DiscoveryVariant.Delta ? From(DeltaDiscoveryRequest.Parser.ParseFrom(message)) : From(DiscoveryRequest.Parser.ParseFrom(message));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, $"The message is not a {(variant == DiscoveryVariant.Delta ? "Delta" : "")}DiscoveryRequest: {e.Message}");
        }
    }

    public static ClientRequest From(DiscoveryRequest request) => new()
    {
        TypeUrl = request.TypeUrl,
        Node = request.Node,
        Names = request.ResourceNames,
        Version = request.VersionInfo,
        Nonce = request.ResponseNonce,
        Error = request.ErrorDetail?.Message,
    };

    public static ClientRequest From(DeltaDiscoveryRequest request) => new()
    {
        TypeUrl = request.TypeUrl,
        Node = request.Node,
        Names = request.ResourceNamesSubscribe,
        Unsubscribe = request.ResourceNamesUnsubscribe,
        InitialVersions = request.InitialResourceVersions,
        Nonce = request.ResponseNonce,
        Error = request.ErrorDetail?.Message,
    };
}
