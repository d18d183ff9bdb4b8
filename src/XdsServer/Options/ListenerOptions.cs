using XdsServer.Grpc;
using XdsServer.Tls;

namespace XdsServer.Options;

/// <summary>The gRPC listener.</summary>
public sealed record GrpcOptions
{
    /// <summary>Address and port; port 0 takes any free port.</summary>
    public string Address { get; init; } = "0.0.0.0:18000";

    /// <summary>TLS; without a certificate the port speaks plain text, and secrets are not served on it.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>What is taken from clients.</summary>
    public GrpcLimits Limits { get; init; } = new();
}

/// <summary>The REST listener.</summary>
public sealed record RestOptions
{
    /// <summary>Address and port; port 0 takes any free port.</summary>
    public string Address { get; init; } = "0.0.0.0:18001";

    /// <summary>TLS; without a certificate the port speaks plain text, and secrets are not served on it.</summary>
    public TlsOptions Tls { get; init; } = new();
}

/// <summary>The listener for people and Prometheus.</summary>
public sealed record AdminOptions
{
    /// <summary>Address and port; port 0 takes any free port. It has no authentication: keep it on loopback or behind one.</summary>
    public string Address { get; init; } = "127.0.0.1:18002";
}

/// <summary>The files source.</summary>
public sealed record FilesOptions
{
    /// <summary>Files and folders of manifests. Without any source the embedded example mesh is served.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>How often everything is looked at, whether or not notifications work: some file systems deliver none.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether to ask the system for notifications. They only make a change seen sooner.</summary>
    public bool UseNotifications { get; init; } = true;
}

/// <summary>What is logged, and how.</summary>
public sealed record LogOptions
{
    /// <summary>console (one line for people) or json (one object a line).</summary>
    public string Format { get; init; } = "console";

    /// <summary>trace, debug, information, warning, error or none.</summary>
    public string Level { get; init; } = "information";
}

/// <summary>Export of metrics and traces over OTLP.</summary>
public sealed record TelemetryOptions
{
    /// <summary>The collector, for example <c>http://127.0.0.1:4317</c>; empty: nothing is exported.</summary>
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>grpc or http/protobuf.</summary>
    public string OtlpProtocol { get; init; } = "grpc";

    /// <summary>Whether metrics are exported.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Whether traces are exported.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>How often metrics are exported.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(15);
}
