using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Tests of splits: a mesh with upstreams that are services of their own, and one sidecar.</summary>
public abstract class SmiMesh : MeshTest
{
    private protected static string Split(string root, string backends, string name = "split", string more = "", string metadata = "") =>
        $$"""
        apiVersion: split.smi-spec.io/v1alpha4
        kind: TrafficSplit
        metadata: {name: {{name}}, namespace: demo{{metadata}} }
        spec:
          service: {{root}}
          backends: [{{string.Join(", ", backends.Split(", ").Select(b => b.Split(": ")).Select(b => $"{{service: {b[0]}, weight: {b[1]}}}"))}}]
        {{more}}
        ---

        """;

    private protected static string Group(string name, string matches) =>
        $$"""
        apiVersion: specs.smi-spec.io/v1alpha4
        kind: HTTPRouteGroup
        metadata: {name: {{name}}, namespace: demo}
        spec: {matches: [{{matches}}]}
        ---

        """;

    private protected const string ByGroup = "  matches: [{kind: HTTPRouteGroup, name: group}]";

    /// <summary>Starts an upstream for each name and returns their services.</summary>
    private protected async Task<string> ServicesAsync(string protocol, params string[] names)
    {
        var upstreams = await Task.WhenAll(names.Select(n => protocol == "http" ? Upstream.StartAsync(n) : Upstream.StartHttp2Async(n)));
        Array.ForEach(upstreams, u => Keep(u));
        return string.Concat(upstreams.Select(u => Manifests.Service(u.Name, 80, protocol, u.Port)));
    }

    /// <summary>Serves the mesh to a sidecar and returns its egress port.</summary>
    private protected async Task<int> SidecarAsync(string version, string mesh) => (await SidecarOfAsync(version, mesh)).Port;

    private protected async Task<(EnvoyProcess Envoy, int Port)> SidecarOfAsync(string version, string mesh)
    {
        var program = EnvoyOf(version);
        Mesh.Write("mesh.yaml", mesh);
        await ServeAsync();
        var bootstrap = NewBootstrap();
        return (await StartEnvoyAsync(program, bootstrap.Text), bootstrap.EgressPort);
    }

    /// <summary>Changes a file and waits until the sidecar has taken new routes for it.</summary>
    private protected async Task ChangeRoutesAsync(EnvoyProcess envoy, string file, string text)
    {
        var before = await RouteUpdatesAsync(envoy, CancellationToken.None);
        Mesh.Write(file, text);
        await Eventually.HoldsAsync("new routes", async stop => await RouteUpdatesAsync(envoy, stop) > before, () => envoy.LogTail);
    }

    private static async Task<long> RouteUpdatesAsync(EnvoyProcess envoy, CancellationToken stop) =>
        (await envoy.StatsAsync(@"^http\.egress\.rds\.egress\.update_success$", stop)).Values.Sum();
}
