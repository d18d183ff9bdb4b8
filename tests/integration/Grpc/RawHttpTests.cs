using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>The transport byte by byte: what no well-behaved client sends.</summary>
public sealed class RawHttpTests : IAsyncLifetime, IDisposable
{
    private const string Internal = "13";
    private const string Unimplemented = "12";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-web", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc", HttpStatusCode.OK)]
    [InlineData("application/grpc+proto", HttpStatusCode.OK)]
    [InlineData("application/grpc;charset=utf-8", HttpStatusCode.OK)]
    public async Task Only_gRPC_content_is_taken(string contentType, HttpStatusCode expected)
    {
        using var response = await PostAsync("Unary", Frame("x"), contentType);

        response.StatusCode.Should().Be(expected);
    }

    [Fact]
    public async Task Another_method_than_POST_is_refused()
    {
        using var response = await _http.GetAsync(UrlOf("Unary"));

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Should().Equal("POST");
    }

    [Fact]
    public async Task A_call_that_fails_before_its_first_message_has_its_status_in_the_headers()
    {
        using var response = await PostAsync("NoSuchMethod", Frame("x"));

        response.Headers.GetValues("grpc-status").Should().Equal("12");
        response.TrailingHeaders.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_that_has_answered_has_its_status_in_the_trailers()
    {
        using var response = await PostAsync("Unary", Frame("x"));

        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(Frame("x"));
        response.Headers.Contains("grpc-status").Should().BeFalse();
        response.TrailingHeaders.GetValues("grpc-status").Should().Equal("0");
    }

    [Theory]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 }, Internal, "starts with 7")]
    [InlineData(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF }, "8", "2147483647 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1, 2 }, Internal, "7 bytes into a message")]
    [InlineData(new byte[] { 0, 0 }, Internal, "2 bytes into a message")]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 1 }, Internal, "no grpc-encoding")]
    public async Task Malformed_frames_end_their_call_with_a_status(byte[] body, string status, string message)
    {
        using var response = await PostAsync("Unary", body);

        response.Headers.GetValues("grpc-status").Should().Equal(status);
        Uri.UnescapeDataString(response.Headers.GetValues("grpc-message").Single()).Should().Contain(message);
        await IsAliveAsync();
    }

    [Fact]
    public async Task A_message_that_claims_to_be_gzip_and_is_not_ends_its_call()
    {
        using var response = await PostAsync("Unary", [1, 0, 0, 0, 3, 1, 2, 3], headers: ("grpc-encoding", "gzip"));

        response.Headers.GetValues("grpc-status").Should().Equal(Internal);
        await IsAliveAsync();
    }

    [Fact]
    public async Task A_small_message_that_unpacks_to_more_than_the_limit_is_refused()
    {
        using var response = await PostAsync("Unary", Packed(new byte[17 * 1024 * 1024]), headers: ("grpc-encoding", "gzip"));

        response.Headers.GetValues("grpc-status").Should().Equal("8");
        await IsAliveAsync();
    }

    [Fact]
    public async Task An_unknown_encoding_is_refused_with_those_that_are_known()
    {
        using var response = await PostAsync("Unary", Frame("x"), headers: ("grpc-encoding", "snappy"));

        response.Headers.GetValues("grpc-status").Should().Equal("12");
        response.Headers.GetValues("grpc-accept-encoding").Should().Equal("identity,gzip");
    }

    [Fact]
    public async Task A_malformed_timeout_is_refused()
    {
        using var response = await PostAsync("Unary", Frame("x"), headers: ("grpc-timeout", "soon"));

        response.Headers.GetValues("grpc-status").Should().Equal(Internal);
    }

    [Fact]
    public async Task A_method_that_crashes_tells_no_details()
    {
        using var response = await PostAsync("Crash", Frame("x"));

        response.Headers.GetValues("grpc-status").Should().Equal(Internal);
        response.Headers.GetValues("grpc-message").Single().Should().NotContain("fault of the method");
        await IsAliveAsync();
    }

    [Fact]
    public async Task A_call_without_a_message_where_one_is_needed_is_refused()
    {
        using var response = await PostAsync("/grpc.health.v1.Health/Check", []);

        response.Headers.GetValues("grpc-status").Should().Equal(Unimplemented);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_ends_at_its_deadline()
    {
        using var response = await PostAsync("Wait", Frame("x"), headers: ("grpc-timeout", "20m"));

        response.TrailingHeaders.GetValues("grpc-status").Should().Equal("4");
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("identity", 0)]
    public async Task An_answer_is_packed_for_clients_that_pack_and_accept_it(string accepted, byte flag)
    {
        using var response = await PostAsync("Unary", Packed(new byte[100_000]), "application/grpc", ("grpc-encoding", "gzip"), ("grpc-accept-encoding", accepted));

        (await response.Content.ReadAsByteArrayAsync())[0].Should().Be(flag);
        response.Headers.Contains("grpc-encoding").Should().Be(flag == 1);
        response.TrailingHeaders.GetValues("grpc-status").Should().Equal("0");
    }

    private async Task IsAliveAsync()
    {
        using var response = await PostAsync("Unary", Frame("alive"));
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(Frame("alive"));
    }

    private async Task<HttpResponseMessage> PostAsync(string method, byte[] body, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using var request = Request(method, body, contentType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    private HttpRequestMessage Request(string method, byte[] body, string contentType = "application/grpc")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, UrlOf(method))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } },
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return request;
    }

    private Uri UrlOf(string method) => new($"http://{_server.Address}{(method.StartsWith('/') ? "" : "/test.Echo/")}{method}");

    private static byte[] Frame(string text) => [0, 0, 0, 0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal))
        {
            gzip.Write(message);
        }

        var bytes = packed.ToArray();
        return [1, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(bytes.Length)), .. bytes];
    }
}
