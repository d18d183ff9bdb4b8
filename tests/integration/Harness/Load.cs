using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// Steady requests through a proxy while a test changes things: POST, which nothing on the way repeats on its own, never retried here. What is not answered
/// with 200 is a lost request.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Workers = 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _client;
    private readonly Uri _target;
    private readonly string _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _workers;

    // Written by the workers, read by the test.
    private readonly ConcurrentQueue<(string Line, long At)> _lost = new();
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private int _sent;

    private Load(HttpClient client, Uri target, string host)
    {
        _client = client;
        _target = target;
        _host = host;
        _workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>How many requests have been answered, however.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>What went wrong, one line a request.</summary>
    public IReadOnlyList<string> Lost => [.. _lost.Select(l => l.Line)];

    /// <summary>How long the longest spell of losses took, from its first to its last request; a second without one ends it.</summary>
    public TimeSpan LostFor
    {
        get
        {
            var (longest, begin, last) = (TimeSpan.Zero, 0L, 0L);
            foreach (var at in _lost.Select(l => l.At).Order())
            {
                begin = last == 0 || Stopwatch.GetElapsedTime(last, at) > TimeSpan.FromSeconds(1) ? at : begin;
                last = at;
                longest = Stopwatch.GetElapsedTime(begin, at) is var spell && spell > longest ? spell : longest;
            }

            return longest;
        }
    }

    /// <summary>How often each upstream has answered.</summary>
    public int AnswersOf(string upstream) => _answers.GetValueOrDefault(upstream);

    /// <summary>Starts sending to a proxy's port with this Host.</summary>
    public static Load Start(int port, string host, string path = "/") => Start(new Uri($"http://127.0.0.1:{port}{path}"), host, PooledHandler());

    /// <summary>The same over TLS; whatever certificate is shown is taken.</summary>
    public static Load StartTls(int port, string host)
    {
        var handler = PooledHandler();
        handler.PooledConnectionLifetime = TimeSpan.FromMilliseconds(100);
        handler.SslOptions = new() { TargetHost = host, RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null };
        return Start(new Uri($"https://127.0.0.1:{port}/"), host, handler);
    }

    private static Load Start(Uri target, string host, SocketsHttpHandler handler) => new(new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) }, target, host);

    private static SocketsHttpHandler PooledHandler() => new() { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) };

    /// <summary>Waits until so many more requests have been answered: a way to let time pass that ends when something has happened.</summary>
    public async Task MoreAsync(int count)
    {
        var goal = Sent + count;
        await Eventually.HoldsAsync($"{count} more requests", () => Sent >= goal);
    }

    /// <summary>Waits until an upstream answers, and then the only one to: the last <paramref name="count"/> requests were all its own.</summary>
    public async Task OnlyAnsweredByAsync(string upstream, int count = 100)
    {
        await Eventually.HoldsAsync($"all answers from {upstream}", async stop =>
        {
            var (sent, own) = (Sent, AnswersOf(upstream));
            await Eventually.HoldsAsync("more requests", () => Sent >= sent + count);
            return AnswersOf(upstream) - own >= Sent - sent - Workers && !stop.IsCancellationRequested;
        });
    }

    /// <summary>Stops sending; fails if one request was lost.</summary>
    public async Task AssertNothingLostAsync()
    {
        await _stop.CancelAsync();
        await _workers;
        Lost.Should().BeEmpty("no request may fail while configuration changes ({0} were sent)", Sent);
        Sent.Should().BePositive();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _workers;
        _stop.Dispose();
        _client.Dispose();
    }

    private async Task WorkAsync()
    {
        using var pace = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            await SendAsync();
            Interlocked.Increment(ref _sent);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task SendAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = new StringContent("x") };
        request.Headers.Host = _host;
        try
        {
            using var answer = await _client.SendAsync(request, CancellationToken.None);
            var body = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                _answers.AddOrUpdate(body, 1, (_, count) => count + 1);
            }
            else
            {
                _lost.Enqueue(($"{(int)answer.StatusCode} {body}", Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            _lost.Enqueue((e.Message, Stopwatch.GetTimestamp()));
        }
    }
}
