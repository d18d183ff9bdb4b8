using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Sources.Files;
using XdsServer.Translators;

namespace XdsServer.Hosting;

/// <summary>The sources that the options name, and the stages.</summary>
internal static class HostParts
{
    /// <summary>The pure functions between the sources and the proxies.</summary>
    public static readonly MeshStages Stages = new(MeshModel.Compose, MeshTranslator.Translate);

    /// <summary>All that runs in production.</summary>
    public static MeshParts Create(XdsServerOptions options, IServiceProvider services) => new(Sources(options, services), Stages);

    private static IReadOnlyList<IMeshSource> Sources(XdsServerOptions options, IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        return options.HasSource
            ? [new FilesSource(new FilesSourceOptions { Paths = options.Files.Paths, PollInterval = options.Files.PollInterval, UseNotifications = options.Files.UseNotifications }, time, services.GetRequiredService<ILogger<FilesSource>>())]
            : [new EmbeddedSource(ExampleMesh.SourceName, ExampleMesh.Manifests(), time)];
    }
}
