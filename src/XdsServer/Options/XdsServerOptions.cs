using XdsServer.Discovery;
using XdsServer.LoadReports;
using XdsServer.SmiMetrics;

namespace XdsServer.Options;

/// <summary>
/// Everything that can be set, under the key <c>Xds</c> in <c>appsettings.json</c>, as <c>XDS__…</c> in the environment, and partly on the
/// command line. Immutable after start. Every key stands in <c>docs/configuration.md</c>.
/// </summary>
public sealed record XdsServerOptions
{
    /// <summary>The key in configuration files and the prefix of environment variables.</summary>
    public const string Section = "Xds";

    /// <summary>Where Envoys and gRPC clients connect.</summary>
    public GrpcOptions Grpc { get; init; } = new();

    /// <summary>Where Envoys that poll over REST connect.</summary>
    public RestOptions Rest { get; init; } = new();

    /// <summary>Where people and Prometheus connect.</summary>
    public AdminOptions Admin { get; init; } = new();

    /// <summary>Files and folders of manifests.</summary>
    public FilesOptions Files { get; init; } = new();

    /// <summary>How changes are gathered.</summary>
    public PipelineOptions Pipeline { get; init; } = new();

    /// <summary>How streams are served.</summary>
    public DiscoveryOptions Discovery { get; init; } = new();

    /// <summary>What proxies report of their load.</summary>
    public LoadReportOptions LoadReports { get; init; } = new();

    /// <summary>Where a Kubernetes API server reads SMI's metrics.</summary>
    public SmiMetricsOptions SmiMetrics { get; init; } = new();

    /// <summary>How proxies are recognised.</summary>
    public GroupOptions Groups { get; init; } = new();

    /// <summary>What is logged, and how.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>Export of metrics and traces.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>How long open requests and streams have to end when the server stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>False when no source was named, so that the example mesh is served.</summary>
    internal bool HasSource => Files.Paths.Count > 0;
}
