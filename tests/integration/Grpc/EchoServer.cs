using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Grpc;
using XdsServer.Model;
using XdsServer.Tls;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>The real transport on a free loopback port, with a few methods that echo.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;

    private EchoServer(WebApplication app, CancellationTokenSource stopping, string address)
    {
        _app = app;
        _stopping = stopping;
        Address = address;
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <summary>What the health service says.</summary>
    public Latest<ServingState> Health { get; private init; } = new();

    /// <summary>The last call of <c>Wait</c> or <c>Flood</c> that was cancelled, by name.</summary>
    public Latest<string> Cancelled { get; private init; } = new();

    public static async Task<EchoServer> StartAsync(TlsOptions? tls = null, GrpcLimits? grpcLimits = null)
    {
        var health = new Latest<ServingState>();
        var cancelled = new Latest<string>();
        var stopping = new CancellationTokenSource();
        var limits = grpcLimits ?? new GrpcLimits();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpc(limits);
            var serverTls = tls is null ? null : new ServerTls(tls, TimeProvider.System, NullLogger<ServerTls>.Instance);
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseGrpc(limits, serverTls, TimeProvider.System));
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new GrpcServer(Methods(cancelled).WithHealthAndReflection(health), limits, TimeProvider.System, NullLogger<GrpcServer>.Instance, stopping.Token);
        app.Run(server.InvokeAsync);
        await app.StartAsync();
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new EchoServer(app, stopping, new Uri(url).Authority) { Health = health, Cancelled = cancelled };
    }

    /// <summary>Ends open calls as a stopping server does.</summary>
    public Task StopCallsAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static IEnumerable<GrpcMethod> Methods(Latest<string> cancelled) =>
    [
        new("test.Echo/Unary", EchoAsync),
        new("test.Echo/Bidi", EchoAsync),
        new("test.Echo/Identities", async call => await WriteAsync(call, string.Join(',', call.Peer.Identities))),
        new("test.Echo/Wait", call => CountAsync(cancelled, "Wait", WaitAsync(call))),
        new("test.Echo/Flood", call => CountAsync(cancelled, "Flood", FloodAsync(call))),
        new("test.Echo/Metadata", async call =>
        {
            call.Trailers["x-received"] = call.RequestHeaders["x-sent"];
            await WriteAsync(call, "");
        }),
        new("test.Echo/Crash", _ => throw new InvalidOperationException("a fault of the method")),
        new("test.Echo/Fail", async call =>
        {
            var text = Encoding.UTF8.GetString((await call.ReadAsync(call.Cancellation))!.Value.ToArray());
            throw new GrpcException(GrpcStatusCode.FailedPrecondition, text);
        }),
        new("test.Echo/Repeat", async call =>
        {
            var message = (await call.ReadAsync(call.Cancellation))!.Value.ToArray();
            for (var i = 0; i < 3; i++)
            {
                await call.WriteAsync([message], call.Cancellation);
            }
        }),
    ];

    private static async Task CountAsync(Latest<string> cancelled, string name, Task call)
    {
        try
        {
            await call;
        }
        catch (OperationCanceledException)
        {
            cancelled.Publish(name);
            throw;
        }
    }

    // Says that it is there, then nothing more.
    private static async Task WaitAsync(GrpcCall call)
    {
        await WriteAsync(call, "waiting");
        await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
    }

    private static async Task FloodAsync(GrpcCall call)
    {
        var chunk = new byte[64 * 1024];
        while (true)
        {
            await call.WriteAsync([chunk], call.Cancellation);
        }
    }

    // In two parts, as discovery writes: shared bytes, then a tail.
    private static async Task EchoAsync(GrpcCall call)
    {
        while (await call.ReadAsync(call.Cancellation) is { } message)
        {
            ReadOnlyMemory<byte> bytes = message.ToArray();
            await call.WriteAsync([bytes[..(bytes.Length / 2)], bytes[(bytes.Length / 2)..]], call.Cancellation);
        }
    }

    private static ValueTask WriteAsync(GrpcCall call, string text) => call.WriteAsync([Encoding.UTF8.GetBytes(text)], call.Cancellation);
}
