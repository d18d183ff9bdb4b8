using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// A small service that names itself: any request is answered with its name, a WebSocket and a gRPC call with its name and what was sent.
/// HTTP/1.1 or, without TLS, HTTP/2 with prior knowledge.
/// </summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HealthGate _health;

    private Upstream(WebApplication app, HealthGate health, string name)
    {
        _app = app;
        _health = health;
        Name = name;
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Port = url.Contains("unix:", StringComparison.Ordinal) ? 0 : new Uri(url).Port;
    }

    /// <summary>What it answers.</summary>
    public string Name { get; }

    /// <summary>Its port on 127.0.0.1; 0 on a Unix socket.</summary>
    public int Port { get; }

    /// <summary>Health checks wait from now on, so that a cluster of this upstream does not become warm.</summary>
    public void HoldHealth() => _health.Hold();

    /// <summary>Health checks are answered.</summary>
    public void ReleaseHealth() => _health.Release();

    /// <summary>One over HTTP/1.1.</summary>
    public static Task<Upstream> StartAsync(string name) => StartAsync(name, HttpProtocols.Http1, (k, set) => k.Listen(IPAddress.Loopback, 0, set));

    /// <summary>One over HTTP/2 without TLS, for h2c and gRPC.</summary>
    public static Task<Upstream> StartHttp2Async(string name) => StartAsync(name, HttpProtocols.Http2, (k, set) => k.Listen(IPAddress.Loopback, 0, set));

    /// <summary>One on both loopbacks, wherever the name <c>localhost</c> leads.</summary>
    public static Task<Upstream> StartLocalhostAsync(string name)
    {
        var port = FreePort.Take();
        return StartAsync(name, HttpProtocols.Http1, (k, set) =>
        {
            k.Listen(IPAddress.Loopback, port, set);
            k.Listen(IPAddress.IPv6Loopback, port, set);
        });
    }

    /// <summary>One on IPv6 loopback.</summary>
    public static Task<Upstream> StartIpv6Async(string name) => StartAsync(name, HttpProtocols.Http1, (k, set) => k.Listen(IPAddress.IPv6Loopback, 0, set));

    /// <summary>One on a Unix socket.</summary>
    public static Task<Upstream> StartUnixAsync(string name, string path) => StartAsync(name, HttpProtocols.Http1, (k, set) => k.ListenUnixSocket(path, set));

    /// <summary>Finishes what it is doing, then stops: as a service does that was asked to.</summary>
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<Upstream> StartAsync(string name, HttpProtocols protocols, Action<KestrelServerOptions, Action<ListenOptions>> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => listen(k, l => l.Protocols = protocols));
        var app = builder.Build();
        app.UseWebSockets();
        var health = new HealthGate();
        app.Run(context => context.Request.Path == HealthGate.Path ? health.AnswerAsync(context) : AnswerAsync(context, name));
        await app.StartAsync();
        return new Upstream(app, health, name);
    }

    private static Task AnswerAsync(HttpContext context, string name)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            return EchoWebSocketAsync(context, name);
        }

        return context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true
            ? EchoGrpcAsync(context, name)
            : AnswerHttpAsync(context, name);
    }

    private static async Task AnswerHttpAsync(HttpContext context, string name)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.Headers["x-upstream"] = name;
        context.Response.Headers["x-path"] = context.Request.Path + context.Request.QueryString;
        context.Response.Headers["x-host"] = context.Request.Host.Value;
        await context.Response.WriteAsync(name, context.RequestAborted);
    }

    private static async Task EchoGrpcAsync(HttpContext context, string name)
    {
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request, context.RequestAborted);
        var said = request.Length > 5 ? System.Text.Encoding.UTF8.GetString(request.ToArray().AsSpan(5)) : "";
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(GrpcFrame.Of($"{name}:{said}"), context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task EchoWebSocketAsync(HttpContext context, string name)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        while (received.MessageType != WebSocketMessageType.Close)
        {
            var answer = System.Text.Encoding.UTF8.GetBytes($"{name}:{System.Text.Encoding.UTF8.GetString(buffer, 0, received.Count)}");
            await socket.SendAsync(answer, WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
    }
}
