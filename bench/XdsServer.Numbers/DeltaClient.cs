using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Numbers;

/// <summary>
/// A gRPC client with a connection of its own and one aggregated delta stream, as an Envoy sidecar has it. It acknowledges every response and
/// keeps for each resource the version and the moment it came.
/// </summary>
internal sealed class DeltaClient : IAsyncDisposable
{
    private const int Prefix = 5;

    private readonly HttpClient _http;
    private readonly System.IO.Pipelines.Pipe _requests = new(new System.IO.Pipelines.PipeOptions(pauseWriterThreshold: 0));
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Version, long At)> _held = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private HttpResponseMessage? _response;
    private Socket? _socket;

    /// <summary>The service that the sidecar stands beside; empty: none, so that it shares a proxy group with others of its kind.</summary>
    public string Workload { get; init; } = "";

    public DeltaClient() => _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Connects and subscribes: to all clusters, and to the load assignments named.</summary>
    public async Task StartAsync(int port, int number, IReadOnlyCollection<string> assignments, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PipedContent(_requests.Reader),
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Content.Headers.ContentType = new("application/grpc");
        var metadata = new Struct { Fields = { ["profile"] = Value.ForString("sidecar"), ["namespace"] = Value.ForString("default"), ["service"] = Value.ForString(Workload) } };
        await SendAsync(new DeltaDiscoveryRequest { Node = new Node { Id = $"sidecar~default~any~{number}", Cluster = "default", Metadata = metadata }, TypeUrl = Types.Cluster }, stop);
        if (assignments.Count > 0)
        {
            await SendAsync(new DeltaDiscoveryRequest { TypeUrl = Types.Endpoint, ResourceNamesSubscribe = { assignments } }, stop);
        }

        _response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        _reading = ReadAsync(await _response.Content.ReadAsStreamAsync(stop), _ending.Token);
    }

    /// <summary>The version of a resource that the client holds; null: none.</summary>
    public string? VersionOf(string name)
    {
        lock (_lock)
        {
            return _held.GetValueOrDefault(name).Version;
        }
    }

    /// <summary>How many resources it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>The moment at which the client got another version of the resource than that one.</summary>
    public async Task<long> OtherThanAsync(string name, string? version, CancellationToken stop)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_held.TryGetValue(name, out var held) && held.Version != version)
                {
                    return held.At;
                }

                news = _news.Task;
            }

            await Task.WhenAny(news, _reading).WaitAsync(stop);
            if (_reading.IsCompleted)
            {
                await _reading;
                throw new InvalidOperationException("The server has ended the stream.");
            }
        }
    }

    /// <summary>Waits until the client holds this many resources.</summary>
    public async Task HoldsAsync(int count, CancellationToken stop)
    {
        while (Count < count)
        {
            await Task.Delay(2, stop);
        }
    }

    /// <summary>Goes away as a process does that dies: the connection is reset, and no frame says why.</summary>
    public ValueTask KillAsync()
    {
        _socket?.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket?.Close();
        return DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();

        // Without this the stream stays open, and with it the connection.
        _response?.Dispose();
        await _requests.Writer.CompleteAsync();
        _http.Dispose();
        _ending.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(context.DnsEndPoint, stop);
        return new NetworkStream(_socket, ownsSocket: true);
    }

    private async Task ReadAsync(Stream body, CancellationToken stop)
    {
        var prefix = new byte[Prefix];
        while (await body.ReadAtLeastAsync(prefix, Prefix, throwOnEndOfStream: false, stop) == Prefix)
        {
            var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
            await body.ReadExactlyAsync(message, stop);
            var at = Stopwatch.GetTimestamp();
            var response = DeltaDiscoveryResponse.Parser.ParseFrom(message);
            Keep(response, at);
            await SendAsync(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }, stop);
        }
    }

    private void Keep(DeltaDiscoveryResponse response, long at)
    {
        lock (_lock)
        {
            foreach (var resource in response.Resources)
            {
                _held[$"{response.TypeUrl}/{resource.Name}"] = (resource.Version, at);
            }

            var news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            news.SetResult();
        }
    }

    private async Task SendAsync(DeltaDiscoveryRequest request, CancellationToken stop)
    {
        var frame = new byte[Prefix + request.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - Prefix));
        request.WriteTo(frame.AsSpan(Prefix));
        await _requests.Writer.WriteAsync(frame, stop);
    }
}
