namespace XdsServer.Numbers;

/// <summary>The measurements, in the order in which they run. The soak takes ten minutes and runs only when it is named.</summary>
internal static class Sections
{
    public static IReadOnlyList<(string Name, Func<string, CancellationToken, IAsyncEnumerable<string>> Measure)> All { get; } =
    [
        ("start", StartUp.MeasureAsync),
        ("propagation", Propagation.MeasureAsync),
        ("load", LargeMesh.MeasureLoadAsync),
        ("endpoint", LargeMesh.MeasureEndpointAsync),
        ("pipeline", PipelineCost.MeasureAsync),
        ("splits", PipelineCost.MeasureSplitsAsync),
        ("clients", ClientMemory.MeasureAsync),
        ("kills", Kills.MeasureAsync),
        ("workloads", Workloads.MeasureAsync),
        ("soak", Soak.MeasureAsync),
    ];
}
