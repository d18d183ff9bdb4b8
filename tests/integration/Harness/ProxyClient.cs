using System.Net;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>An application's requests through a proxy's listener on this machine.</summary>
internal sealed class ProxyClient(int port) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>A GET with this Host: status and body.</summary>
    public Task<(HttpStatusCode Status, string Body)> GetAsync(string host, string path = "/", CancellationToken stop = default) => GetAsync(host, path, closes: false, stop);

    /// <summary>A gRPC call without TLS: its status and the text that came back.</summary>
    public async Task<(string Status, string Text)> CallAsync(string host, string text, CancellationToken stop = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/test.Echo/Say")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcFrame.Of(text)),
        };
        request.Headers.Host = host;
        request.Headers.TE.ParseAdd("trailers");
        request.Content.Headers.ContentType = new("application/grpc");
        using var answer = await _client.SendAsync(request, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        var status = answer.TrailingHeaders.Concat(answer.Headers).FirstOrDefault(h => string.Equals(h.Key, "grpc-status", StringComparison.OrdinalIgnoreCase)).Value?.First();
        return (status ?? $"HTTP {(int)answer.StatusCode}", GrpcFrame.TextOf(body));
    }

    /// <summary>Waits until a Host is answered by this upstream. Every attempt has a connection of its own: a proxied TCP connection stays where it is.</summary>
    public Task AnsweredByAsync(string host, string upstream, string path = "/", Func<string>? state = null) => Eventually.HoldsAsync(
        $"an answer of {upstream} for {host}{path}",
        async stop => await GetAsync(host, path, closes: true, stop) == (HttpStatusCode.OK, upstream), state);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string host, string path, bool closes, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
        request.Headers.Host = host;
        request.Headers.ConnectionClose = closes;
        using var answer = await _client.SendAsync(request, stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(stop));
    }
}
