using System.Buffers;
using System.Threading.Channels;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Discovery;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>A stream in memory: what the test sends, the server reads; what the server writes, the test receives.</summary>
internal sealed class FakeStream : IMessageStream
{
    private readonly Channel<byte[]> _requests = Channel.CreateBounded<byte[]>(1000);
    private readonly Channel<byte[]> _responses = Channel.CreateBounded<byte[]>(1000);

    public PeerInfo Peer { get; init; } = new("192.0.2.1:1", IsEncrypted: true, []);

    public int Responses => _responses.Reader.Count;

    public void Send(IMessage request) => _requests.Writer.TryWrite(request.ToByteArray()).Should().BeTrue();

    public void SendBytes(params byte[] bytes) => _requests.Writer.TryWrite(bytes).Should().BeTrue();

    public void End() => _requests.Writer.Complete();

    public async Task<DiscoveryResponse> SotwAsync() => DiscoveryResponse.Parser.ParseFrom(await NextAsync());

    public async Task<DeltaDiscoveryResponse> DeltaAsync() => DeltaDiscoveryResponse.Parser.ParseFrom(await NextAsync());

    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await _requests.Reader.WaitToReadAsync(cancellationToken))
        {
            return null;
        }

        return new ReadOnlySequence<byte>(await _requests.Reader.ReadAsync(cancellationToken));
    }

    public ValueTask WriteAsync(ReadOnlySpan<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>();
        foreach (var part in parts)
        {
            message.Write(part.Span);
        }

        return _responses.Writer.WriteAsync(message.WrittenSpan.ToArray(), cancellationToken);
    }

    public static Node Node(string id = "node-1") => new() { Id = id, Cluster = "test" };

    /// <summary>The next response, as bytes.</summary>
    public async Task<byte[]> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _responses.Reader.ReadAsync(limit.Token);
    }
}
