using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Rpc;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>A state-of-the-world stream. Each request repeats the whole subscription with the newest nonce that was handled.</summary>
public sealed class SotwStream : XdsStream
{
    private readonly Dictionary<ResourceType, State> _states = [];

    internal SotwStream(GrpcCall call, Node? node)
        : base(call, Variant.Sotw, node)
    {
    }

    /// <inheritdoc/>
    public override Task WatchAllAsync(ResourceType type) => RequestAsync(type);

    /// <inheritdoc/>
    public override Task SubscribeAsync(ResourceType type, params string[] names) => ReplaceAsync(type, [.. Of(type).Names.Union(names)]);

    /// <inheritdoc/>
    public override Task UnsubscribeAsync(ResourceType type, params string[] names) => ReplaceAsync(type, [.. Of(type).Names.Except(names)]);

    /// <summary>Makes these names the whole subscription.</summary>
    public Task ReplaceAsync(ResourceType type, params string[] names)
    {
        Of(type).Names = names;
        return RequestAsync(type);
    }

    /// <inheritdoc/>
    public override Task AckAsync(Answer answer)
    {
        var state = Of(answer.Type!);
        (state.Version, state.Nonce) = (answer.Version, answer.Nonce);
        return RequestAsync(answer.Type!);
    }

    /// <inheritdoc/>
    public override Task NackAsync(Answer answer, string error = "rejected by the test", params string[] alsoSubscribe)
    {
        var state = Of(answer.Type!);
        state.Nonce = answer.Nonce;
        state.Names = [.. state.Names.Union(alsoSubscribe)];
        var request = Request(answer.Type!);
        request.ErrorDetail = new Status { Code = (int)GrpcCode.InvalidArgument, Message = error };
        return SendAsync(request);
    }

    /// <summary>The request that the stream would send now; to be changed and sent by <see cref="SendAsync(DiscoveryRequest)"/>.</summary>
    public DiscoveryRequest Request(ResourceType type) => new()
    {
        TypeUrl = type.TypeUrl,
        VersionInfo = Of(type).Version,
        ResponseNonce = Of(type).Nonce,
        ResourceNames = { Of(type).Names },
    };

    /// <summary>Sends any request; the node is added when it is the first.</summary>
    public Task SendAsync(DiscoveryRequest request)
    {
        request.Node ??= NodeOnce();
        var verdict = request.ErrorDetail is not null ? "NACK" : request.ResponseNonce.Length > 0 ? "ACK" : "request";
        return SendAsync(
            request,
            $"{ResourceType.FromUrl(request.TypeUrl)?.ShortName ?? request.TypeUrl} {verdict} version={request.VersionInfo} nonce={request.ResponseNonce} {Short(request.ResourceNames)}");
    }

    private Task RequestAsync(ResourceType type) => SendAsync(Request(type));

    private State Of(ResourceType type)
    {
        if (!_states.TryGetValue(type, out var state))
        {
            _states.Add(type, state = new State());
        }

        return state;
    }

    private sealed class State
    {
        public IReadOnlyList<string> Names { get; set; } = [];

        public string Version { get; set; } = string.Empty;

        public string Nonce { get; set; } = string.Empty;
    }
}
