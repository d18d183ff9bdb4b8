using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using XdsServer.Discovery;
using XdsServer.Options;

namespace XdsServer.Metrics;

/// <summary>Export of metrics and traces to a collector over OTLP, when the options name one.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    private TelemetryExport(MeterProvider? metrics, TracerProvider? traces) => (_metrics, _traces) = (metrics, traces);

    /// <summary>Starts what the options ask for.</summary>
    public static TelemetryExport Start(TelemetryOptions options)
    {
        var isOn = options.OtlpEndpoint.Length > 0;
        return new TelemetryExport(isOn && options.Metrics ? Metrics(options) : null, isOn && options.Traces ? Traces(options) : null);
    }

    /// <summary>Sends what is left, and stops.</summary>
    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
    }

    private static MeterProvider Metrics(TelemetryOptions options) => Sdk.CreateMeterProviderBuilder()
        .SetResourceBuilder(Resource())
        .AddMeter(ServerActivities.Name, DiscoveryMetrics.MeterName)
        .AddOtlpExporter((exporter, reader) =>
        {
            Set(exporter, options, "v1/metrics");
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricsInterval.TotalMilliseconds;
        })
        .Build();

    private static TracerProvider Traces(TelemetryOptions options) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(Resource())
        .AddSource(ServerActivities.Name)
        .AddOtlpExporter(exporter => Set(exporter, options, "v1/traces"))
        .Build();

    // Over HTTP an endpoint set in code is used as it is, so the signal's path must be part of it.
    private static void Set(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        var isHttp = string.Equals(options.OtlpProtocol, "http/protobuf", StringComparison.OrdinalIgnoreCase);
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = isHttp ? new Uri($"{options.OtlpEndpoint.TrimEnd('/')}/{path}") : new Uri(options.OtlpEndpoint);
    }

    private static ResourceBuilder Resource() =>
        ResourceBuilder.CreateDefault().AddService("xds-control-plane", serviceVersion: StateMetrics.Version, serviceInstanceId: Environment.MachineName);
}
