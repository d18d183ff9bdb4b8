using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>A telemetry collector that takes all that it is sent over OTLP, by HTTP or gRPC, and keeps it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Body)> _received = [];
    private readonly WebApplication _app;

    private Collector(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = protocols));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>Where exporters send to.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Starts one for <c>grpc</c> or <c>http/protobuf</c>.</summary>
    public static async Task<Collector> StartAsync(string protocol)
    {
        var collector = new Collector(protocol == "grpc" ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Waits for a message under a path that ends so and holds this text.</summary>
    public Task ReceivedAsync(string path, string text) => Eventually.HoldsAsync(
        $"{text} at {path}",
        () => _received.Any(r => r.Path.EndsWith(path, StringComparison.Ordinal) && r.Body.Contains(text, StringComparison.Ordinal)),
        () => string.Join(", ", _received.Select(r => r.Path).Distinct()));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(GrpcFrame.Of(""), context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }
}
