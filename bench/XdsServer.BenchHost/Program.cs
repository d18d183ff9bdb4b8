using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.BenchHost;
using XdsServer.Discovery;
using XdsServer.Grpc;

// The server under test of the benchmark: the real discovery and transport, fed by a synthetic world over HTTP.
var addresses = Arguments.Parse(args);
if (addresses is null)
{
    await Console.Error.WriteLineAsync("usage: XdsServer.BenchHost --grpc ADDRESS:PORT --control ADDRESS:PORT");
    return 2;
}

var world = new BenchWorld();
var discovery = new DiscoveryServer(world, new DiscoveryOptions { Identifier = "bench" }, TimeProvider.System, NullLogger<DiscoveryServer>.Instance);
var limits = new GrpcLimits();
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.UseGrpc(limits);
    kestrel.Listen(addresses.Grpc, l => l.Protocols = HttpProtocols.Http2);
    kestrel.Listen(addresses.Control, l => l.Protocols = HttpProtocols.Http1);
});
await using var app = builder.Build();
var grpc = new GrpcServer(XdsServices.Methods(discovery), limits, TimeProvider.System, NullLogger<GrpcServer>.Instance, app.Lifetime.ApplicationStopping);
var control = new ControlApi(world);
app.Run(context => context.Connection.LocalPort == addresses.Control.Port ? control.InvokeAsync(context) : grpc.InvokeAsync(context));
await app.RunAsync();
return 0;

namespace XdsServer.BenchHost
{
    /// <summary>The two addresses to listen on.</summary>
    internal sealed record Arguments(IPEndPoint Grpc, IPEndPoint Control)
    {
        public static Arguments? Parse(string[] args) =>
            Find(args, "--grpc") is { } grpc && Find(args, "--control") is { } control ? new Arguments(grpc, control) : null;

        private static IPEndPoint? Find(string[] args, string name)
        {
            var at = Array.IndexOf(args, name);
            return at >= 0 && at + 1 < args.Length && IPEndPoint.TryParse(args[at + 1], out var address) ? address : null;
        }
    }
}
