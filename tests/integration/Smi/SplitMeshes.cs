using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>One mesh for each version of Envoy, shared by all tests of splits that do not change: every question has services of its own in it.</summary>
public sealed class SplitMeshes : IAsyncLifetime
{
    private readonly Dictionary<string, SplitMesh> _meshes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var mesh in _meshes.Values)
        {
            await mesh.DisposeAsync();
        }
    }

    // Started by the first test that asks, so that a missing Envoy skips tests.
    internal async Task<SplitMesh> OfAsync(string version)
    {
        if (!_meshes.TryGetValue(version, out var mesh))
        {
            _ = EnvoyOf(version);
            _meshes[version] = mesh = new SplitMesh();
            await mesh.StartAsync(version);
        }

        return mesh;
    }

    private static string EnvoyOf(string version) => (version == "newest" ? RealParts.Envoy : RealParts.OldEnvoy).Require();
}

/// <summary>
/// Upstreams <c>root</c>, <c>one</c>, <c>two</c> and <c>three</c>, each a service of its own, and for every question a root whose own
/// endpoint is the upstream <c>root</c>.
/// </summary>
internal sealed class SplitMesh : SmiMesh
{
    private const string ByNothing = "  matches: [{kind: HTTPRouteGroup, name: missing}]";

    private const string Matches =
        "{name: api, pathRegex: /api}, {name: health, pathRegex: /health$}, {name: items, pathRegex: '/v[0-9]+/items', methods: [GET]}, "
        + "{name: insider, headers: {x-segment: 'inside[r]'}}, {name: post, pathRegex: /, methods: [POST]}, "
        + "{name: both, pathRegex: /both, headers: {x-one: '1', x-two: '2'}}";

    private int _egress;

    /// <summary>Serves the mesh to a sidecar.</summary>
    public async Task StartAsync(string version)
    {
        var upstreams = await Task.WhenAll(((string[])["root", "one", "two", "three"]).Select(Upstream.StartAsync));
        Array.ForEach(upstreams, u => Keep(u));
        var (root, one, two) = (upstreams[0].Port, upstreams[1].Port, upstreams[2].Port);
        string Roots(params string[] names) => string.Concat(names.Select(n => Manifests.Service(n, 80, "http", root)));
        _egress = await SidecarAsync(
            version,
            string.Concat(upstreams.Select(u => Manifests.Service(u.Name, 80, "http", u.Port)))
            + await GrpcAsync()
            + Roots("shares", "r1a", "r1b", "r1c", "r1d", "r3", "r5", "r6", "r7a", "r7b", "r7c", "r8", "r8m", "r9", "r9n", "r10", "ab", "large")
            + Split("shares", "one: 70, two: 25, three: 5, later: 0", name: "shares")
            + Split("r1a", "one: 1", name: "r1a") + Split("r1b.demo", "one: 1", name: "r1b") + Split("r1c.demo.svc", "one: 1", name: "r1c")
            + Split("r1d.demo.svc.cluster.local", "one: 1", name: "r1d") + Split("shop.example.com", "one: 3, two: 1", name: "r1e")
            + Split("r3", "r3: 3, two: 1", name: "r3")
            + Split("r5", "one: 3, two: 1, gone: 96", name: "r5")
            + Empty("empty") + Split("r6", "one: 3, empty: 1", name: "r6a") + Empty("r6b") + Split("r6b", "one: 1, two: 1", name: "r6b")
            + Split("r7a", "one: 0", name: "r7a") + Split("r7b", "one: 0, two: 0", name: "r7b") + Split("r7c", "one: 0, two: 5", name: "r7c")
            + Split("r8", "one: 1", name: "r8-younger", metadata: ", creationTimestamp: '2026-02-01T00:00:00Z'")
            + Split("r8", "two: 1", name: "r8-older", metadata: ", creationTimestamp: '2026-01-01T00:00:00Z'")
            + Group("blue", "{name: a, headers: {x-team: blue}}") + Group("paid", "{name: a, headers: {x-plan: paid}}")
            + Split("r8m", "one: 1", name: "r8m-a") + Split("r8m", "two: 1", name: "r8m-c", more: By("blue")) + Split("r8m", "three: 1", name: "r8m-b", more: By("paid"), metadata: ", creationTimestamp: '2026-01-01T00:00:00Z'")
            + Split("r9", "two: 1", name: "r9", more: ByNothing) + Group("bare", "") + Split("r9n", "two: 1", name: "r9n", more: By("bare"))
            + Manifests.Service("r10-v1", 80, "http", one) + Split("r10", "r10-v1: 1", name: "r10") + Split("r10-v1", "two: 1", name: "r10-v1")
            + Manifests.Service("circle-1", 80, "http", one) + Manifests.Service("circle-2", 80, "http", two) + Split("circle-1", "circle-2: 1", name: "circle-1") + Split("circle-2", "circle-1: 1", name: "circle-2")
            + Ports("r11", root, "main: 80, admin: 8080, metrics: 9090") + Ports("r11-v1", one, "other: 80, admin: 8080") + Ports("r11-v2", two, "admin: 80") + Split("r11", "r11-v1: 1, r11-v2: 3", name: "r11")
            + Split("large", "one: 2147483648, two: 2147483648", name: "large")
            + Group("segment", Matches) + Split("ab", "one: 0, two: 100", name: "ab", more: By("segment")));
    }

    /// <summary>Who answers requests for a host.</summary>
    public Task<Shares> AskAsync(string host, int count, string path = "/", params (string Name, string Value)[] headers) => Shares.OfRequestsAsync(_egress, host, count, path, headers);

    /// <summary>Who answers calls.</summary>
    public Task<Shares> CallAsync(string host, int count)
    {
        var client = ClientOf(_egress);
        return Shares.CountAsync(count, async stop => (await client.CallAsync(host, "x", stop)) is ("0", var text) ? text.Split(':')[0] : "failed");
    }

    private static string By(string group) => $"  matches: [{{kind: HTTPRouteGroup, name: {group}}}]";

    private static string Empty(string name) => Manifests.Service(name, 80, "http").TrimEnd('\n', '-') + " []\n---\n";

    private static string Ports(string name, int upstream, string ports)
    {
        var all = ports.Split(", ").Select(p => p.Split(": ")).ToList();
        return $"{{apiVersion: mesh.xdscontrolplane.dev/v1alpha1, kind: MeshService, metadata: {{name: {name}, namespace: demo}}, spec: {{ports: [{string.Join(", ", all.Select(p => $"{{name: {p[0]}, port: {p[1]}, protocol: http}}"))}], endpoints: [{{address: 127.0.0.1, ports: {{{string.Join(", ", all.Select(p => $"{p[0]}: {upstream}"))}}} }}] }} }}\n---\n";
    }

    private async Task<string> GrpcAsync() =>
        await ServicesAsync("grpc", "g", "g-one", "g-two") + Split("g", "g-one: 3, g-two: 1", name: "g")
        + Group("calls", "{name: say, pathRegex: '/test[.]Echo/Say$', methods: [POST]}") + await ServicesAsync("grpc", "gm") + Split("gm", "g-two: 1", name: "gm", more: By("calls"));
}
