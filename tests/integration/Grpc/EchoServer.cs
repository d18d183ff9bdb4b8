using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
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

    public static async Task<EchoServer> StartAsync(TlsOptions? tls = null)
    {
        var health = new Latest<ServingState>();
        var stopping = new CancellationTokenSource();
        var limits = new GrpcLimits();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.UseGrpcLimits(limits);
            kestrel.Listen(IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http2;
                if (tls is not null)
                {
                    new ServerTls(tls, TimeProvider.System, NullLogger<ServerTls>.Instance).Use(listener, SslApplicationProtocol.Http2);
                }
            });
        });
        var app = builder.Build();
        var server = new GrpcServer(Methods.WithHealthAndReflection(health), limits, TimeProvider.System, NullLogger<GrpcServer>.Instance, stopping.Token);
        app.Run(server.InvokeAsync);
        await app.StartAsync();
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new EchoServer(app, stopping, new Uri(url).Authority) { Health = health };
    }

    /// <summary>Ends open calls as a stopping server does.</summary>
    public Task StopCallsAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static IEnumerable<GrpcMethod> Methods =>
    [
        new("test.Echo/Unary", EchoAsync),
        new("test.Echo/Bidi", EchoAsync),
        new("test.Echo/Identities", async call => await WriteAsync(call, string.Join(',', call.Peer.Identities))),
        new("test.Echo/Wait", call => Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation)),
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
        new("test.Echo/Flood", async call =>
        {
            var chunk = new byte[64 * 1024];
            while (true)
            {
                await call.WriteAsync([chunk], call.Cancellation);
            }
        }),
    ];

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
