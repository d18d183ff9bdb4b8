using System.Net;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>One HTTP/2 connection (prior knowledge, no TLS) on which any number of calls are made.</summary>
public sealed class GrpcConnection : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _server;

    /// <summary>Connects with the first call.</summary>
    public GrpcConnection(Uri server)
    {
        _server = server;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        });
    }

    /// <summary>Starts a call of that full method name, <c>/package.Service/Method</c>.</summary>
    public GrpcCall Open(string method)
    {
        var content = new DuplexContent();
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        return new GrpcCall(_http, request, content);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
