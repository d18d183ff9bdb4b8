using Envoy.Service.Discovery.V3;
using Google.Rpc;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>A server with one aggregated stream to it, and a clock that the test moves.</summary>
internal sealed class AdsClient : IAsyncDisposable
{
    private readonly FakeStream _stream;
    private readonly Task _serving;
    private bool _hasSentNode;

    public AdsClient(FakeGroups groups, DiscoveryServer server, DiscoveryVariant variant, bool isEncrypted = true, ResourceType? onlyType = null)
    {
        _stream = new FakeStream { Peer = new PeerInfo("192.0.2.1:1", isEncrypted, []) };
        Groups = groups;
        Server = server;
        _serving = server.ServeAsync(_stream, variant, onlyType, CancellationToken.None);
    }

    public FakeGroups Groups { get; }

    public DiscoveryServer Server { get; }

    public Task Serving => _serving;

    public static DiscoveryServer ServerOf(FakeGroups groups, TimeProvider time, DiscoveryOptions? options = null) =>
        new(groups, options ?? new DiscoveryOptions(), time, NullLogger<DiscoveryServer>.Instance);

    public void Delta(ResourceType type, string[]? subscribe = null, string[]? unsubscribe = null, Dictionary<string, string>? versions = null) => Send(new DeltaDiscoveryRequest
    {
        TypeUrl = type.TypeUrl,
        ResourceNamesSubscribe = { subscribe ?? [] },
        ResourceNamesUnsubscribe = { unsubscribe ?? [] },
        InitialResourceVersions = { versions ?? [] },
    });

    public void Ack(DeltaDiscoveryResponse response) => Send(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });

    public void Nack(DeltaDiscoveryResponse response, string error) =>
        Send(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce, ErrorDetail = new Status { Code = 3, Message = error } });

    public void Sotw(ResourceType type, string[]? names = null, DiscoveryResponse? ack = null, string? version = null) => Send(new DiscoveryRequest
    {
        TypeUrl = type.TypeUrl,
        ResourceNames = { names ?? [] },
        ResponseNonce = ack?.Nonce ?? "",
        VersionInfo = version ?? ack?.VersionInfo ?? "",
    });

    /// <summary>The next response; it must be of this type.</summary>
    public async Task<DeltaDiscoveryResponse> NextAsync(ResourceType type)
    {
        var response = await _stream.DeltaAsync();
        response.TypeUrl.Should().Be(type.TypeUrl);
        return response;
    }

    /// <summary>The next response, of whatever type.</summary>
    public Task<DeltaDiscoveryResponse> NextAsync() => _stream.DeltaAsync();

    public async Task<DeltaDiscoveryResponse> NextAndAckAsync(ResourceType type)
    {
        var response = await NextAsync(type);
        Ack(response);
        return response;
    }

    public async Task<DiscoveryResponse> NextSotwAsync(ResourceType type)
    {
        var response = await _stream.SotwAsync();
        response.TypeUrl.Should().Be(type.TypeUrl);
        return response;
    }

    /// <summary>Subscribes to everything that a proxy does, and accepts it.</summary>
    public async Task ConnectAsync(params string[] routes)
    {
        Delta(ResourceType.Cluster);
        var clusters = await NextAndAckAsync(ResourceType.Cluster);
        Delta(ResourceType.Endpoint, [.. clusters.Resources.Select(r => r.Name)]);
        await NextAndAckAsync(ResourceType.Endpoint);
        Delta(ResourceType.Listener);
        await NextAndAckAsync(ResourceType.Listener);
        if (routes.Length > 0)
        {
            Delta(ResourceType.Route, routes);
            await NextAndAckAsync(ResourceType.Route);
        }
    }

    /// <summary>
    /// Asks for something that is answered at once: when it is answered next, then nothing else was to be sent. Requests are handled in
    /// order, and what a request makes possible is written before the next one's answer or held back.
    /// </summary>
    public async Task NothingIsSentAsync()
    {
        Delta(ResourceType.Runtime, ["nothing"]);
        var response = await NextAsync(ResourceType.Runtime);
        response.RemovedResources.Should().Equal("nothing");
        Ack(response);
    }

    /// <summary>Waits until the server says that this is waited for.</summary>
    public async Task WaitsForAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!Server.Streams.Read().SelectMany(s => s.Types).SelectMany(t => t.Waiting).Any(w => w.Contains(text, StringComparison.Ordinal)))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_serving.IsCompleted)
        {
            _stream.End();
            await _serving;
        }
    }

    private void Send(DeltaDiscoveryRequest request)
    {
        request.Node = _hasSentNode ? null : FakeStream.Node();
        _hasSentNode = true;
        _stream.Send(request);
    }

    private void Send(DiscoveryRequest request)
    {
        request.Node = _hasSentNode ? null : FakeStream.Node();
        _hasSentNode = true;
        _stream.Send(request);
    }
}
