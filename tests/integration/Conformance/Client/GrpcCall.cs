using System.Buffers.Binary;
using System.Threading.Channels;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>
/// One bidirectional call, as bytes: messages go out as they are sent, and everything that comes back is kept in order until it
/// is asked for. It hides nothing: no retries, no reconnects, no decoding.
/// </summary>
public sealed class GrpcCall : IAsyncDisposable
{
    private const int PrefixLength = 5;

    private readonly DuplexContent _requests;
    private readonly Channel<byte[]> _responses = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly CancellationTokenSource _abort = new();
    private readonly Task<GrpcStatus> _ended;

    internal GrpcCall(HttpMessageInvoker http, HttpRequestMessage request, DuplexContent requests)
    {
        _requests = requests;
        _ended = RunAsync(http, request);
    }

    /// <summary>Messages that came and were not yet asked for, and a way to wait for more.</summary>
    public ChannelReader<byte[]> Responses => _responses.Reader;

    /// <summary>Completes when the server has ended the call or the connection has broken; never fails.</summary>
    public Task<GrpcStatus> Ended => _ended;

    /// <summary>Frames and sends one message. Sending to a server that has ended the call is no error.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> message)
    {
        var frame = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsMemory(PrefixLength));
        try
        {
            await _requests.WriteAsync(frame, _abort.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server has ended the call before it read this, which it may do; the status says why.
            await _ended;
        }
    }

    /// <summary>Ends the client's side of the call.</summary>
    public void CompleteRequests() => _requests.Complete();

    /// <summary>Aborts the call, as a client that goes away does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        _requests.Complete();
        await _ended;
        _abort.Dispose();
    }

    private async Task<GrpcStatus> RunAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        try
        {
            using var response = await http.SendAsync(request, _abort.Token);
            await using var body = await response.Content.ReadAsStreamAsync(_abort.Token);
            while (await ReadMessageAsync(body) is { } message)
            {
                await _responses.Writer.WriteAsync(message, _abort.Token);
            }

            return GrpcStatus.From(response);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            _requests.Fail(e);
            return new GrpcStatus(null, e.Message);
        }
        finally
        {
            _requests.Complete();
            _responses.Writer.Complete();
            request.Dispose();
        }
    }

    private async Task<byte[]?> ReadMessageAsync(Stream body)
    {
        var prefix = new byte[PrefixLength];
        var read = await body.ReadAtLeastAsync(prefix, PrefixLength, throwOnEndOfStream: false, _abort.Token);
        if (read == 0)
        {
            return null;
        }

        var message = read == PrefixLength && prefix[0] == 0
            ? new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))]
            : throw new IOException("The response is not a sequence of uncompressed gRPC messages.");
        await body.ReadExactlyAsync(message, _abort.Token);
        return message;
    }
}
