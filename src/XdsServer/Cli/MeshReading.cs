using System.Collections.Immutable;
using XdsServer.Groups;
using XdsServer.Hosting;
using XdsServer.Model;
using XdsServer.Sources.Files;
using XdsServer.Translators;

namespace XdsServer.Cli;

/// <summary>Reads manifests once and does with them what the server would, so that what the command line says is what proxies get.</summary>
internal static class MeshReading
{
    private const int EgressPort = 15001;
    private const int InboundPort = 15006;

    /// <summary>The first path that does not exist; null when all do.</summary>
    public static string? FirstMissing(IEnumerable<string> paths) => paths.FirstOrDefault(p => !File.Exists(p) && !Directory.Exists(p));

    /// <summary>The mesh in these files and folders.</summary>
    public static MeshModel Read(IReadOnlyList<string> paths) => HostParts.Stages.Compose([FilesReader.Read(paths)], null);

    /// <summary>What these groups get of it.</summary>
    public static Translation Translate(MeshModel model, IReadOnlyCollection<ProxyGroupKey> groups) => HostParts.Stages.Translate(model, groups, null);

    /// <summary>A sidecar of each namespace and each gateway: together they touch everything that can be translated.</summary>
    public static IReadOnlyCollection<ProxyGroupKey> Everyone(MeshModel model)
    {
        var sidecars = model.Services.Select(s => s.Service.Key.Namespace).Distinct(StringComparer.Ordinal).Select(n => Key(ProxyProfile.Sidecar, n, ""));
        var gateways = model.Gateways.Select(g => Key(ProxyProfile.Gateway, g.Key.Namespace, g.Key.Name));
        return [.. sidecars, .. gateways];
    }

    /// <summary>All that is wrong, each thing once, the worst first.</summary>
    public static ImmutableArray<Diagnostic> Diagnostics(MeshModel model, Translation translation) =>
        [.. model.Diagnostics.Concat(translation.Diagnostics).DistinctBy(d => d.ToString()).OrderByDescending(d => d.Severity)];

    private static ProxyGroupKey Key(ProxyProfile profile, string space, string service) => new(profile, space, service, EgressPort, InboundPort, "");
}
