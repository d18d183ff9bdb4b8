using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Rpc;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>An incremental stream. A request edits the subscription, or pairs with an answer, or both.</summary>
public sealed class DeltaStream : XdsStream
{
    internal DeltaStream(GrpcCall call, Node? node)
        : base(call, Variant.Delta, node)
    {
    }

    /// <inheritdoc/>
    public override Task WatchAllAsync(ResourceType type) => SendAsync(Request(type));

    /// <inheritdoc/>
    public override Task SubscribeAsync(ResourceType type, params string[] names)
    {
        var request = Request(type);
        request.ResourceNamesSubscribe.Add(names);
        return SendAsync(request);
    }

    /// <inheritdoc/>
    public override Task UnsubscribeAsync(ResourceType type, params string[] names)
    {
        var request = Request(type);
        request.ResourceNamesUnsubscribe.Add(names);
        return SendAsync(request);
    }

    /// <summary>Subscribes as after a reconnect: these versions are already here. No names: wildcard.</summary>
    public Task ResumeAsync(ResourceType type, IReadOnlyDictionary<string, string> versions, params string[] names)
    {
        var request = Request(type);
        request.InitialResourceVersions.Add(versions.ToDictionary());
        request.ResourceNamesSubscribe.Add(names);
        return SendAsync(request);
    }

    /// <inheritdoc/>
    public override Task AckAsync(Answer answer)
    {
        var request = Request(answer.Type!);
        request.ResponseNonce = answer.Nonce;
        return SendAsync(request);
    }

    /// <inheritdoc/>
    public override Task NackAsync(Answer answer, string error = "rejected by the test", params string[] alsoSubscribe)
    {
        var request = Request(answer.Type!);
        request.ResponseNonce = answer.Nonce;
        request.ErrorDetail = new Status { Code = (int)GrpcCode.InvalidArgument, Message = error };
        request.ResourceNamesSubscribe.Add(alsoSubscribe);
        return SendAsync(request);
    }

    /// <summary>A request of that type which says nothing yet.</summary>
    public static DeltaDiscoveryRequest Request(ResourceType type) => new() { TypeUrl = type.TypeUrl };

    /// <summary>Sends any request; the node is added when it is the first.</summary>
    public Task SendAsync(DeltaDiscoveryRequest request)
    {
        request.Node ??= NodeOnce();
        var verdict = request.ErrorDetail is not null ? "NACK" : request.ResponseNonce.Length > 0 ? "ACK" : "request";
        return SendAsync(
            request,
            $"{ResourceType.FromUrl(request.TypeUrl)?.ShortName ?? request.TypeUrl} {verdict} nonce={request.ResponseNonce} "
            + $"+{Short(request.ResourceNamesSubscribe)} -{Short(request.ResourceNamesUnsubscribe)} has {Short([.. request.InitialResourceVersions.Keys])}");
    }
}
