using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using XdsServer.Groups;
using XdsServer.Hosting;
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
    private readonly ServerCore _core;

    private XdsHost(WebApplication app, ServerCore core)
    {
        _app = app;
        _core = core;
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

    /// <summary>Where a Kubernetes API server reads SMI's metrics; null when there is no such listener.</summary>
    public IPEndPoint? SmiMetricsAddress => Addresses.SmiMetrics;

    /// <summary>What proxies reported of their load.</summary>
    public LoadReports.LoadReportStore Loads => _core.Loads;

    /// <summary>The loop from sources to proxy groups.</summary>
    public MeshPipeline Pipeline => _core.Pipeline;

    /// <summary>The proxy groups.</summary>
    public ProxyGroupStore Groups => _core.Groups;

    /// <summary>The streams that are open now.</summary>
    public Discovery.StreamRegistry Streams => _core.Discovery.Streams;

    /// <summary>True when a loop ended that never should, so that the server stopped by itself.</summary>
    public bool HasFailed => _core.Loops.HasFailed;

    /// <summary>Starts everything; returns when the listeners are bound, which may be before the sources have been read.</summary>
    /// <exception cref="OptionsException">The options make no sense; the message names the keys.</exception>
    /// <exception cref="IOException">An address is in use.</exception>
    public static Task<XdsHost> StartAsync(XdsServerOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, services => HostParts.Create(options, services), cancellationToken);

    /// <summary>The same with sources and stages of the caller's.</summary>
    internal static async Task<XdsHost> StartAsync(XdsServerOptions options, Func<IServiceProvider, MeshParts> parts, CancellationToken cancellationToken)
    {
        OptionsCheck.Require(options);
        var app = ServerBuilder.Create(options).Build();
        ServerCore? core = null;
        try
        {
            core = ServerCore.Create(options, app, parts(app.Services));
            await app.StartAsync(cancellationToken);
            core.Loops.Start();
            var host = new XdsHost(app, core);
            var log = app.Services.GetRequiredService<ILogger<XdsHost>>();
            log.Serving(host.GrpcAddress, host.RestAddress, host.AdminAddress);
            if (host.SmiMetricsAddress is { } metrics)
            {
                log.ServingSmiMetrics(metrics);
            }

            return host;
        }
        catch
        {
            await (core?.DisposeAsync() ?? ValueTask.CompletedTask);
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the process was asked to stop, or when a loop ended that never should.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _core.DisposeAsync();
        await _app.DisposeAsync();
    }
}
