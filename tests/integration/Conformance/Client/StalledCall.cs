using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>A call whose client sends one message and never reads what comes back, though its connection lives: the flow control window fills, and no more.</summary>
internal sealed class StalledCall : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly DuplexContent _requests = new();
    private readonly HttpRequestMessage _request;
    private HttpResponseMessage? _response;

    private StalledCall(Uri server, string method)
    {
        _requests.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        _request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, method)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = _requests };
        _request.Headers.TryAddWithoutValidation("te", "trailers");
    }

    /// <summary>Returns when the server has begun to answer.</summary>
    public static async Task<StalledCall> StartAsync(Uri server, string method, IMessage message)
    {
        var call = new StalledCall(server, method);
        var answering = call._http.SendAsync(call._request, CancellationToken.None);
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        await call._requests.WriteAsync(frame, CancellationToken.None);
        call._response = await Deadline.OfAsync(answering, () => "The server did not begin to answer.");
        return call;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _requests.Complete();
        _response?.Dispose();
        _request.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
