using XdsServer.Groups;
using XdsServer.SmiMetrics;
using XdsServer.Tls;

namespace XdsServer.Options;

/// <summary>Finds options that make no sense before anything is started. Every problem names its key and the remedy.</summary>
internal static class OptionsCheck
{
    private static readonly string[] LogFormats = ["console", "json"];
    private static readonly string[] LogLevels = ["trace", "debug", "information", "warning", "error", "none"];
    private static readonly string[] OtlpProtocols = ["grpc", "http/protobuf"];

    /// <summary>Returns quietly or names every problem.</summary>
    /// <exception cref="OptionsException">At least one option makes no sense.</exception>
    public static void Require(XdsServerOptions options)
    {
        var problems = Problems(options).ToList();
        if (problems.Count > 0)
        {
            throw new OptionsException(problems);
        }
    }

    /// <summary>One text for each option at fault.</summary>
    public static IEnumerable<string> Problems(XdsServerOptions options) =>
    [
        .. Address("Xds:Grpc:Address", options.Grpc.Address, "--grpc 0.0.0.0:18000"),
        .. Address("Xds:Rest:Address", options.Rest.Address, "--rest 0.0.0.0:18001"),
        .. Address("Xds:Admin:Address", options.Admin.Address, "--admin 127.0.0.1:18002"),
        .. SamePort(options),
        .. Tls("Xds:Grpc:Tls", options.Grpc.Tls),
        .. Tls("Xds:Rest:Tls", options.Rest.Tls),
        .. Positive("Xds:Pipeline:MaxWait", options.Pipeline.MaxWait, "00:00:01"),
        .. NotNegative("Xds:Pipeline:Quiet", options.Pipeline.Quiet, "00:00:00.1"),
        .. NotNegative("Xds:Pipeline:LargeMeshRouteInterval", options.Pipeline.LargeMeshRouteInterval, "00:00:01"),
        .. Positive("Xds:Pipeline:EndpointMaxWait", options.Pipeline.EndpointMaxWait, "00:00:01"),
        .. NotNegative("Xds:Discovery:SeparateWait", options.Discovery.SeparateWait, "00:00:02"),
        .. NotNegative("Xds:Discovery:SeparateEndpointsWait", options.Discovery.SeparateEndpointsWait, "00:00:00.5"),
        .. NotNegative("Xds:Pipeline:EndpointQuiet", options.Pipeline.EndpointQuiet, "00:00:00.1"),
        .. NotLonger("Xds:Pipeline:Quiet", options.Pipeline.Quiet, "Xds:Pipeline:MaxWait", options.Pipeline.MaxWait),
        .. NotLonger("Xds:Pipeline:EndpointQuiet", options.Pipeline.EndpointQuiet, "Xds:Pipeline:EndpointMaxWait", options.Pipeline.EndpointMaxWait),
        .. options.Pipeline.ShrinkPercent is < 1 or > 100
            ? [$"Xds:Pipeline:ShrinkPercent is {options.Pipeline.ShrinkPercent}: it must be from 1 to 100, for example 80; 100 never holds anything."]
            : Array.Empty<string>(),
        .. SmiMetrics(options.SmiMetrics),
        .. Positive("Xds:LoadReports:Interval", options.LoadReports.Interval, "00:00:10"),
        .. options.LoadReports.Window < options.LoadReports.Interval
            ? [$"Xds:LoadReports:Window ({options.LoadReports.Window}) is shorter than Xds:LoadReports:Interval ({options.LoadReports.Interval}): raise the first or lower the second."]
            : Array.Empty<string>(),
        .. options.Grpc.Limits.MaxLongWrites < 1 ? [$"Xds:Grpc:Limits:MaxLongWrites is {options.Grpc.Limits.MaxLongWrites}: it must be 1 or more, for example 32."] : Array.Empty<string>(),
        .. options.LoadReports.MaxRows < 1 ? [$"Xds:LoadReports:MaxRows is {options.LoadReports.MaxRows}: it must be 1 or more, for example 500000."] : Array.Empty<string>(),
        .. NotNegative("Xds:Groups:KeepIdle", options.Groups.KeepIdle, "00:05:00"),
        .. options.Groups.MaxGroups < 1 ? [$"Xds:Groups:MaxGroups is {options.Groups.MaxGroups}: it must be 1 or more, for example 10000."] : Array.Empty<string>(),
        .. options.Groups.Rules.SelectMany((r, i) => Settings($"Xds:Groups:Rules:{i}:Use", r.Use)),
        .. options.Groups.Default is { } unknown ? Settings("Xds:Groups:Default", unknown) : [],
        .. OneOf("Xds:Log:Format", options.Log.Format, LogFormats),
        .. OneOf("Xds:Log:Level", options.Log.Level, LogLevels),
        .. OneOf("Xds:Telemetry:OtlpProtocol", options.Telemetry.OtlpProtocol, OtlpProtocols),
        .. Endpoint(options.Telemetry.OtlpEndpoint),
        .. Positive("Xds:Telemetry:MetricsInterval", options.Telemetry.MetricsInterval, "00:00:15"),
        .. NotNegative("Xds:ShutdownTimeout", options.ShutdownTimeout, "00:00:05"),
    ];

    private static IEnumerable<string> Address(string key, string value, string example) =>
        ListenAddress.TryParse(value, out _) ? [] : [$"{key} '{value}' is not an address and port: write it like '{example}' (IPv6 in brackets; port 0 takes any free port)."];

    private static IEnumerable<string> Tls(string key, TlsOptions tls)
    {
        if (tls.IsEnabled != (tls.PrivateKeyFile.Length > 0))
        {
            yield return $"{key}:CertificateFile and {key}:PrivateKeyFile belong together: set both, or neither for plain text.";
        }

        (string Name, string File)[] files = [("CertificateFile", tls.CertificateFile), ("PrivateKeyFile", tls.PrivateKeyFile), ("ClientCaFile", tls.ClientCaFile)];
        foreach (var (name, file) in files.Where(f => f.File.Length > 0 && !File.Exists(f.File)))
        {
            yield return $"{key}:{name} '{file}' does not exist: name a PEM file that the server may read.";
        }

        if (tls.RequireClientCertificate && tls.ClientCaFile.Length == 0)
        {
            yield return $"{key}:RequireClientCertificate needs {key}:ClientCaFile: name the authorities whose client certificates are taken.";
        }
    }

    private static IEnumerable<string> SmiMetrics(SmiMetricsOptions options) => !options.IsEnabled ? [] :
    [
        .. Address("Xds:SmiMetrics:Address", options.Address, "0.0.0.0:18443"),
        .. Tls("Xds:SmiMetrics:Tls", options.Tls),
        .. options.Tls.IsEnabled && options.Tls.ClientCaFile.Length > 0
            ? Array.Empty<string>()
            : ["Xds:SmiMetrics:Address needs Xds:SmiMetrics:Tls:CertificateFile and Xds:SmiMetrics:Tls:ClientCaFile: an API server asks over TLS, and is known by its client certificate."],
    ];

    private static IEnumerable<string> SamePort(XdsServerOptions options)
    {
        var used = new Dictionary<string, string>(StringComparer.Ordinal);
        (string Key, string Value)[] all =
            [("Xds:Grpc:Address", options.Grpc.Address), ("Xds:Rest:Address", options.Rest.Address), ("Xds:Admin:Address", options.Admin.Address), ("Xds:SmiMetrics:Address", options.SmiMetrics.Address)];
        foreach (var (key, value) in all)
        {
            if (value.Length > 0 && !value.EndsWith(":0", StringComparison.Ordinal) && !used.TryAdd(value, key))
            {
                yield return $"{key} and {used[value]} are both '{value}': each listener needs a port of its own, so change one of them.";
            }
        }
    }

    private static IEnumerable<string> Positive(string key, TimeSpan value, string example) =>
        value > TimeSpan.Zero ? [] : [$"{key} is {value}: it must be longer than zero, for example {example}."];

    private static IEnumerable<string> NotLonger(string key, TimeSpan value, string limitKey, TimeSpan limit) =>
        value > limit ? [$"{key} ({value}) is longer than {limitKey} ({limit}): lower the first or raise the second."] : [];

    private static IEnumerable<string> NotNegative(string key, TimeSpan value, string example) =>
        value >= TimeSpan.Zero ? [] : [$"{key} is {value}: it must not be negative, for example {example}."];

    private static IEnumerable<string> OneOf(string key, string value, string[] allowed) =>
        allowed.Contains(value, StringComparer.OrdinalIgnoreCase) ? [] : [$"{key} is '{value}': it must be one of {string.Join(", ", allowed)}."];

    private static IEnumerable<string> Endpoint(string value) =>
        value.Length == 0 || (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? []
            : [$"Xds:Telemetry:OtlpEndpoint '{value}' is not an http or https URL: write it like 'http://127.0.0.1:4317', or leave it empty to export nothing."];

    private static IEnumerable<string> Settings(string key, GroupSettings settings)
    {
        if (settings.Profile is { } profile && !ProfileNames.TryParse(profile, out _))
        {
            yield return $"{key}:Profile is '{profile}': it must be one of {ProfileNames.Listed}.";
        }

        (string Name, int? Value)[] ports = [("EgressPort", settings.EgressPort), ("InboundPort", settings.InboundPort)];
        foreach (var (name, port) in ports.Where(p => p.Value is < 1 or > 65535))
        {
            yield return $"{key}:{name} is {port}: it must be a port from 1 to 65535.";
        }
    }
}
