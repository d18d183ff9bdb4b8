using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Translators;

namespace XdsServer.Hosting;

/// <summary>The sources that the options name, and the stages.</summary>
internal static class HostParts
{
    /// <summary>The pure functions between the sources and the proxies.</summary>
    public static readonly MeshStages Stages = new(MeshModel.Compose, MeshTranslator.Translate);

    /// <summary>All that runs in production.</summary>
    public static MeshParts Create(XdsServerOptions options, IServiceProvider services)
    {
        _ = (options, services);
        return new MeshParts([], Stages);
    }
}
