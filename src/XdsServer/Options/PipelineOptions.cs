namespace XdsServer.Options;

/// <summary>How changes are gathered before they are published.</summary>
public sealed record PipelineOptions
{
    /// <summary>A change is published when nothing else has changed for this long. Departing endpoints do not wait.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A change is published after this long at the latest, however restless the sources are.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><see cref="Quiet"/> for changes of nothing but endpoints.</summary>
    public TimeSpan EndpointQuiet { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><see cref="MaxWait"/> for changes of nothing but endpoints.</summary>
    public TimeSpan EndpointMaxWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// In a mesh of <see cref="LargeMeshServices"/> services or more, services and routes are published at most once in this time;
    /// endpoints are not held back. Envoy rebuilds its whole route table for every change of it, about 0.1 s of CPU at that size.
    /// </summary>
    public TimeSpan LargeMeshRouteInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From how many services on <see cref="LargeMeshRouteInterval"/> applies; 0: never.</summary>
    public int LargeMeshServices { get; init; } = 5000;

    /// <summary>
    /// A source that loses more than this share of its services, or of those that have endpoints, at once keeps its last state, with an error; in percent.
    /// 100: never held.
    /// </summary>
    public int ShrinkPercent { get; init; } = 80;

    /// <summary>From how many services of a source on <see cref="ShrinkPercent"/> applies.</summary>
    public int ShrinkServices { get; init; } = 20;
}
