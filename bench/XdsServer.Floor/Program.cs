using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XdsServer.Floor;

// What Kestrel alone costs: HTTP/2 streams to which the same bytes are written as the benchmark's tier cds-1kx1k makes a server write, on
// the benchmark's contract, with nothing of a discovery server behind it. It ignores what clients say, and serves clusters by delta only.
if (Find("--grpc") is not { } grpc || Find("--control") is not { } control)
{
    await Console.Error.WriteLineAsync("usage: XdsServer.Floor --grpc ADDRESS:PORT --control ADDRESS:PORT");
    return 2;
}

var streams = new FloorStreams();
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MinRequestBodyDataRate = null;
    kestrel.Limits.MinResponseDataRate = null;
    kestrel.Limits.MaxConcurrentConnections = null;
    kestrel.Limits.MaxResponseBufferSize = 32 * 1024;
    kestrel.Listen(grpc, l => l.Protocols = HttpProtocols.Http2);
    kestrel.Listen(control, l => l.Protocols = HttpProtocols.Http1);
});
await using var app = builder.Build();
app.Run(context => context.Connection.LocalPort == control.Port ? ControlAsync(context) : streams.ServeAsync(context));
var pump = streams.PumpAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();
await pump;
return 0;

IPEndPoint? Find(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length && IPEndPoint.TryParse(args[at + 1], out var address) ? address : null;
}

async Task ControlAsync(HttpContext context)
{
    var body = context.Request.Method == "POST" && context.Request.ContentLength > 0 ? await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted) : null;
    switch (context.Request.Path.Value)
    {
        case "/world":
            streams.World = FloorFrames.Full(body!.RootElement.GetProperty("clusters").GetInt32());
            break;
        case "/change":
            streams.Publish(FloorFrames.Change(body!.RootElement.GetProperty("names").EnumerateArray().Select(n => n.GetString()!), body.RootElement.GetProperty("value").GetInt32()));
            break;
        case "/healthz" or "/noop":
            break;
        default:
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            break;
    }
}
