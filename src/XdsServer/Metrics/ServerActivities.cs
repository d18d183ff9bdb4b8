using System.Diagnostics;

namespace XdsServer.Metrics;

/// <summary>Where traces begin.</summary>
internal static class ServerActivities
{
    /// <summary>The name under which an exporter asks for our traces and metrics.</summary>
    public const string Name = "XdsServer";

    /// <summary>Spans cost nothing while nobody listens.</summary>
    public static readonly ActivitySource Source = new(Name);
}
