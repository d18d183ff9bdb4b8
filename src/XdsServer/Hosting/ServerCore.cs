using System.Diagnostics.Metrics;
using XdsServer.Admin;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Groups;
using XdsServer.LoadReports;
using XdsServer.Metrics;
using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Rest;
using XdsServer.SmiMetrics;

namespace XdsServer.Hosting;

/// <summary>Everything behind the listeners, wired by hand: who uses whom can be read here from top to bottom.</summary>
internal sealed class ServerCore : IAsyncDisposable
{
    private readonly Meter _meter;
    private readonly MetricsCollector _metrics;
    private readonly TelemetryExport _export;

    private ServerCore(XdsServerOptions options, WebApplication app, MeshParts parts)
    {
        var services = app.Services;
        var time = services.GetRequiredService<TimeProvider>();
        _meter = new Meter(new MeterOptions(ServerActivities.Name) { Version = StateMetrics.Version, Scope = this });
        _metrics = new MetricsCollector(this);
        _export = TelemetryExport.Start(options.Telemetry);

        Groups = new ProxyGroupStore(options.Groups, time, services.GetRequiredService<ILogger<ProxyGroupStore>>());
        Pipeline = new MeshPipeline(
            parts.Sources, Groups, parts.Stages, new PipelineMetrics(_meter), options.Pipeline, time, services.GetRequiredService<ILogger<MeshPipeline>>());
        Discovery = new DiscoveryServer(Groups, options.Discovery, time, services.GetRequiredService<ILogger<DiscoveryServer>>());
        Loads = new LoadReportStore(options.LoadReports, time);
        var loadReports = new LoadReportServer(
            new ProxyClassifier(options.Groups), Groups.ClustersOf, Loads, options.LoadReports, time, services.GetRequiredService<ILogger<LoadReportServer>>());
        StateMetrics.Add(_meter, Pipeline, Groups, Discovery.Streams, time);
        LoadReportMetrics.Add(_meter, loadReports, Loads);

        var health = new Latest<ServingState>();
        Loops = new HostLoops(Pipeline, Groups, Discovery, Loads, health, time, app.Lifetime, services.GetRequiredService<ILogger<XdsHost>>());
        HostRoutes.Map(
            app,
            HostRoutes.Grpc(app, Discovery, loadReports, options.Grpc.Limits, health),
            new RestServer(Discovery).InvokeAsync,
            new AdminApi(new AdminReader(Pipeline, Groups, Discovery.Streams), _metrics),
            new SmiMetricsApi(() => Pipeline.Status.Value?.Model, Loads, options.LoadReports.Window, options.SmiMetrics, time));
    }

    /// <summary>From sources to proxy groups.</summary>
    public MeshPipeline Pipeline { get; }

    /// <summary>The proxy groups.</summary>
    public ProxyGroupStore Groups { get; }

    /// <summary>From proxy groups to streams.</summary>
    public DiscoveryServer Discovery { get; }

    /// <summary>What proxies reported of their load.</summary>
    public LoadReportStore Loads { get; }

    /// <summary>What runs as long as the server does.</summary>
    public HostLoops Loops { get; }

    /// <summary>Wires everything; nothing runs yet.</summary>
    public static ServerCore Create(XdsServerOptions options, WebApplication app, MeshParts parts) => new(options, app, parts);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Loops.DisposeAsync();
        _export.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
    }
}
