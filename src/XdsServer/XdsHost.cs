using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using XdsServer.Groups;
using XdsServer.Hosting;
using XdsServer.Metrics;
using XdsServer.Options;
using XdsServer.Pipeline;

namespace XdsServer;

/// <summary>
/// The whole server in one process: sources, pipeline, proxy groups, and the listeners for gRPC, REST and administration.
/// Disposing it stops everything in order: streams are ended first, then the loops.
/// </summary>
public sealed class XdsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HostLoops _loops;
    private readonly Meter _meter;

    private XdsHost(WebApplication app, MeshPipeline pipeline, ProxyGroupStore groups, HostLoops loops, Meter meter)
    {
        _app = app;
        _loops = loops;
        _meter = meter;
        Pipeline = pipeline;
        Groups = groups;
        Addresses = BoundAddresses.From(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
    }

    /// <summary>Where it really listens.</summary>
    public BoundAddresses Addresses { get; }

    /// <summary>Where Envoys and gRPC clients connect.</summary>
    public IPEndPoint GrpcAddress => Addresses.Grpc;

    /// <summary>Where Envoys that poll connect.</summary>
    public IPEndPoint RestAddress => Addresses.Rest;

    /// <summary>Health, metrics, API.</summary>
    public IPEndPoint AdminAddress => Addresses.Admin;

    /// <summary>The loop from sources to proxy groups.</summary>
    public MeshPipeline Pipeline { get; }

    /// <summary>The proxy groups.</summary>
    public ProxyGroupStore Groups { get; }

    /// <summary>Starts everything; returns when the listeners are bound, which may be before the sources have been read.</summary>
    /// <exception cref="OptionsException">The options make no sense; the message names the keys.</exception>
    public static Task<XdsHost> StartAsync(XdsServerOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, time => HostParts.Create(options, time), cancellationToken);

    /// <summary>The same with parts of the caller's.</summary>
    internal static async Task<XdsHost> StartAsync(XdsServerOptions options, Func<IServiceProvider, MeshParts> parts, CancellationToken cancellationToken)
    {
        OptionsCheck.Require(options);
        var builder = ServerBuilder.Create(options);
        var meter = new Meter(new MeterOptions(ServerActivities.Name) { Scope = builder });
        var app = builder.Build();
        try
        {
            var services = app.Services;
            var time = services.GetRequiredService<TimeProvider>();
            var groups = new ProxyGroupStore(options.Groups, time, services.GetRequiredService<ILogger<ProxyGroupStore>>());
            var mesh = parts(services);
            var pipeline = new MeshPipeline(
                mesh.Sources, groups, mesh.Stages, new PipelineMetrics(meter), options.Pipeline, time, services.GetRequiredService<ILogger<MeshPipeline>>());
            var loops = new HostLoops(pipeline, groups, time, services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<ILogger<XdsHost>>());
            HostRoutes.Map(app, pipeline, groups);
            await app.StartAsync(cancellationToken);
            loops.Start();
            return new XdsHost(app, pipeline, groups, loops, meter);
        }
        catch
        {
            await app.DisposeAsync();
            meter.Dispose();
            throw;
        }
    }

    /// <summary>Completes when the process was asked to stop, or when a loop ended that never should.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _loops.DisposeAsync();
        await _app.DisposeAsync();
        _meter.Dispose();
    }
}
