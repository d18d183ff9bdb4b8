using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Model;
using XdsServer.Pipeline;

namespace XdsServer.Metrics;

/// <summary>What can be read off the server's state whenever somebody asks: sources, diagnostics, groups, streams, the process.</summary>
internal static class StateMetrics
{
    /// <summary>Adds the instruments; they read these objects when asked.</summary>
    public static void Add(Meter meter, MeshPipeline pipeline, ProxyGroupStore groups, StreamRegistry streams, TimeProvider time)
    {
        AddSources(meter, pipeline, time);
        AddModel(meter, pipeline);
        AddGroups(meter, groups);
        AddStreams(meter, streams);
        AddProcess(meter);
    }

    /// <summary>The version of this build.</summary>
    public static string Version { get; } =
        typeof(StateMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static void AddSources(Meter meter, MeshPipeline pipeline, TimeProvider time)
    {
        meter.CreateObservableGauge(
            "xds_source_synced", () => pipeline.Sources.Select(s => Of(s.Fragment.Value?.IsSynced == true ? 1L : 0L, "source", s.Name)), null, "1 when the source has been read completely.");
        meter.CreateObservableGauge(
            "xds_source_problem", () => pipeline.Sources.Select(s => Of(s.Fragment.Value?.Problem.Length > 0 ? 1L : 0L, "source", s.Name)), null, "1 when the source cannot be read at the moment and its last good content is served.");
        meter.CreateObservableGauge(
            "xds_source_age_seconds",
            () => pipeline.Sources.Where(s => s.Fragment.Value is not null).Select(s => Of((time.GetUtcNow() - s.Fragment.Value!.AsOf).TotalSeconds, "source", s.Name)),
            null,
            "Time since the source last changed or confirmed its content.");
    }

    private static void AddModel(Meter meter, MeshPipeline pipeline)
    {
        meter.CreateObservableGauge("xds_ready", () => pipeline.Status.Value?.Translation is null ? 0 : 1, null, "1 when all required sources were read and served.");
        meter.CreateObservableGauge("xds_services", () => pipeline.Status.Value?.Model?.Services.Length ?? 0, null, "Services in the mesh.");
        meter.CreateObservableGauge("xds_diagnostics", () => Diagnostics(pipeline), null, "What is known to be wrong, by severity.");
        meter.CreateObservableGauge("xds_pipeline_failing", () => pipeline.Status.Value?.Failure is null ? 0 : 1, null, "1 when the last run failed and proxies keep older configuration.");
    }

    private static IEnumerable<Measurement<long>> Diagnostics(MeshPipeline pipeline)
    {
        var all = pipeline.Status.Value?.Diagnostics ?? [];
        return Enum.GetValues<Severity>().Select(s => Of(all.LongCount(d => d.Severity == s), "severity", s.ToString().ToLowerInvariant()));
    }

    private static void AddGroups(Meter meter, ProxyGroupStore groups)
    {
        meter.CreateObservableGauge("xds_groups", () => groups.All.Count, null, "Proxy groups that are kept up to date.");
        meter.CreateObservableGauge(
            "xds_group_members",
            () => groups.All.GroupBy(g => ProfileNames.NameOf(g.Key.Profile), StringComparer.Ordinal).Select(g => Of(g.Sum(m => (long)m.Members), "profile", g.Key)),
            null,
            "Streams in proxy groups, by profile.");
    }

    private static void AddStreams(Meter meter, StreamRegistry streams)
    {
        meter.CreateObservableGauge(
            "xds_streams_rejecting",
            () => streams.Read().SelectMany(s => s.Types).Where(t => t.Error is not null).GroupBy(t => t.Type, StringComparer.Ordinal).Select(g => Of(g.LongCount(), "type", g.Key)),
            null,
            "Streams whose last answer for the type is a rejection.");
        meter.CreateObservableGauge(
            "xds_streams_waiting",
            () => streams.Read().SelectMany(s => s.Types).Where(t => t.Waiting.Length > 0).GroupBy(t => t.Type, StringComparer.Ordinal).Select(g => Of(g.LongCount(), "type", g.Key)),
            null,
            "Streams on which changes of the type are held back until it is safe to send them.");
    }

    private static void AddProcess(Meter meter)
    {
        meter.CreateObservableGauge("xds_build_info", () => Of(1L, "version", Version), null, "Always 1; the version is in the label.");
        meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, null, "CPU time used by the process.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, null, "Memory of the process that is in RAM.");
        meter.CreateObservableGauge("dotnet_gc_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false), null, "Memory held by managed objects.");
        meter.CreateObservableGauge("dotnet_gc_live_bytes", LiveBytes, null, "Managed objects that were in use at the last collection of the whole heap; 0 before the first.");
        meter.CreateObservableCounter("dotnet_gc_collections_total", Collections, null, "Collections of garbage that reached at least this generation.");
        meter.CreateObservableGauge("process_start_time_seconds", StartTime, null, "When the process was started, in seconds since 1970.");
    }

    // Between collections the heap holds garbage of any age: only this tells what is kept.
    private static long LiveBytes()
    {
        var (blocking, background) = (GC.GetGCMemoryInfo(GCKind.FullBlocking), GC.GetGCMemoryInfo(GCKind.Background));
        var last = blocking.Index > background.Index ? blocking : background;
        return last.HeapSizeBytes - last.FragmentedBytes;
    }

    private static IEnumerable<Measurement<long>> Collections() => Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => Of<long>(GC.CollectionCount(g), "generation", g.ToString(CultureInfo.InvariantCulture)));

    private static double StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
    }

    private static Measurement<T> Of<T>(T value, string tag, string tagValue)
        where T : struct => new(value, new KeyValuePair<string, object?>(tag, tagValue));
}
