using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using XdsServer.Grpc;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>Clients that vanish, stall or talk nonsense: their own call ends, everybody else's goes on.</summary>
public sealed class BadClientTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Message = [0, 0, 0, 0, 1, (byte)'x'];

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly HttpClient _http = NewClient();
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task A_client_that_resets_its_stream_cancels_its_call()
    {
        var response = await OpenAsync(_http, "Wait");

        response.Dispose();

        (await _server.Cancelled.NewerThanAsync(null, _patience.Token)).Should().Be("Wait");
        await IsAliveAsync();
    }

    [Fact]
    public async Task A_client_whose_connection_breaks_cancels_its_call()
    {
        Socket? connection = null;
        using var http = NewClient(s => connection = s);
        using var response = await OpenAsync(http, "Wait");

        // With no time to linger, closing sends a TCP reset.
        connection!.LingerState = new LingerOption(enable: true, seconds: 0);
        connection.Dispose();

        (await _server.Cancelled.NewerThanAsync(null, _patience.Token)).Should().Be("Wait");
        await IsAliveAsync();
    }

    [Fact]
    public async Task A_client_that_never_reads_holds_up_nobody_on_the_same_connection()
    {
        using var flooded = await OpenAsync(_http, "Flood");

        await IsAliveAsync();

        flooded.StatusCode.Should().Be(HttpStatusCode.OK);
        _server.Cancelled.Value.Should().BeNull();
    }

    [Fact]
    public async Task A_stream_whose_client_never_reads_is_reset_when_it_has_to_end()
    {
        using var flooded = await OpenAsync(_http, "Flood");
        await IsAliveAsync();

        await _server.StopCallsAsync();

        (await _server.Cancelled.NewerThanAsync(null, _patience.Token)).Should().Be("Flood");
        var read = () => flooded.Content.CopyToAsync(Stream.Null, _patience.Token);
        await read.Should().ThrowAsync<Exception>().Where(e => e is HttpRequestException || e is IOException);
    }

    [Fact]
    public async Task A_connection_that_reaches_its_age_limit_ends_its_streams_and_the_client_connects_again()
    {
        await using var server = await EchoServer.StartAsync(grpcLimits: new GrpcLimits { MaxConnectionAge = TimeSpan.FromMilliseconds(500) });
        using var response = await OpenAsync(_http, "Wait", server);

        await response.Content.CopyToAsync(Stream.Null, _patience.Token);

        response.TrailingHeaders.GetValues("grpc-status").Should().Equal("14");
        response.TrailingHeaders.GetValues("grpc-message").Single().Should().Contain("age");
        using var next = await OpenAsync(_http, "Wait", server);
        next.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("this is no HTTP/2 preface at all, not even nearly\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nand then no frame of HTTP/2")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task Garbage_instead_of_HTTP2_ends_its_connection_only(string garbage)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPEndPoint.Parse(_server.Address));
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(garbage));

        await ReadToEndAsync(stream);

        await IsAliveAsync();
    }

    [SkippableFact]
    public async Task Ten_thousand_idle_connections_do_not_keep_others_out()
    {
        using var idle = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            RealParts.Python.Require(), [Repository.PathOf("tests", "clients", "python", "idle.py"), _server.Address, "10000"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;

        (await idle.StandardOutput.ReadLineAsync()).Should().Be("open");

        await IsAliveAsync();
        idle.StandardInput.Close();
        await idle.WaitForExitAsync();
        await IsAliveAsync();
    }

    private async Task IsAliveAsync()
    {
        using var request = Request("Unary", _server);
        using var response = await _http.SendAsync(request, _patience.Token);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(Message);
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpClient http, string method, EchoServer? server = null)
    {
        using var request = Request(method, server ?? _server);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _patience.Token);
    }

    private static HttpRequestMessage Request(string method, EchoServer server) => new(HttpMethod.Post, new Uri($"http://{server.Address}/test.Echo/{method}"))
    {
        Content = new ByteArrayContent(Message) { Headers = { ContentType = MediaTypeHeaderValue.Parse("application/grpc") } },
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static HttpClient NewClient(Action<Socket>? connected = null) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            connected?.Invoke(socket);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private async Task ReadToEndAsync(Stream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, _patience.Token);
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }
}
