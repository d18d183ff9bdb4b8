using System.Globalization;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>
/// The objects that Flagger writes with its provider <c>smi:v1alpha2</c>, in its order, step by step under load: the shares follow, and
/// no request is lost, through promotion and rollback.
/// </summary>
public sealed class FlaggerTests : SmiMesh
{
    private const int Sample = 1_000;

    private readonly Dictionary<string, Upstream> _pods = new(StringComparer.Ordinal);

    private EnvoyProcess _envoy = null!;
    private int _port;

    [SkippableTheory]
    [Versions]
    public async Task A_canary_is_promoted_and_the_next_one_rolled_back_without_a_lost_request(string version)
    {
        var program = EnvoyOf(version);
        Mesh.Write("apex.yaml", Service("web") + await SliceAsync("web", "first"));
        await ServeAsync();
        var bootstrap = NewBootstrap();
        (_envoy, _port) = (await StartEnvoyAsync(program, bootstrap.Text), bootstrap.EgressPort);
        await using var load = Load.Start(_port, "web");
        await load.OnlyAnsweredByAsync("first");

        await InitializeAsync(load);
        await PromoteAsync(load);
        await RollBackAsync(load);

        await load.AssertNothingLostAsync();
    }

    // Services of canary and primary; a copy of the workload; the apex selects the copy; the original goes; a split at 0 and 100.
    private async Task InitializeAsync(Load load)
    {
        Mesh.Write("canary.yaml", Service("web-canary") + await SliceAsync("web-canary", "first"));
        Mesh.Write("primary.yaml", Service("web-primary") + await SliceAsync("web-primary", "copy"));
        await _envoy.HasEndpointsAsync("demo/web-primary/http", 1);
        Mesh.Write("apex.yaml", Service("web") + await SliceAsync("web", "copy"));
        await load.OnlyAnsweredByAsync("copy");
        await ScaleCanaryToZeroAsync("first");
        await WeighAsync(canary: 0);
        (await Shares.OfRequestsAsync(_port, "web", 100)).ShouldBe(("copy", 1));
    }

    private async Task PromoteAsync(Load load)
    {
        await ScaleCanaryUpAsync("second");
        foreach (var weight in (int[])[10, 30, 50])
        {
            await WeighAsync(weight);
            (await Shares.OfRequestsAsync(_port, "web", Sample)).ShouldBe(("copy", 100 - weight), ("second", weight));
        }

        // The primary is rolled while the canary still has half of the traffic; the apex selects the same pods.
        Mesh.Write("primary.yaml", Service("web-primary") + await SliceAsync("web-primary", "promoted"));
        Mesh.Write("apex.yaml", Service("web") + await SliceAsync("web", "promoted"));
        await Eventually.HoldsAsync("answers of the new primary", () => load.AnswersOf("promoted") > 20);
        await WeighAsync(canary: 0);
        await load.OnlyAnsweredByAsync("promoted");
        await StopAsync("copy");
        await ScaleCanaryToZeroAsync("second");
    }

    private async Task RollBackAsync(Load load)
    {
        await ScaleCanaryUpAsync("third");
        await WeighAsync(canary: 20);
        (await Shares.OfRequestsAsync(_port, "web", Sample)).ShouldBe(("promoted", 80), ("third", 20));
        await WeighAsync(canary: 0);
        await load.OnlyAnsweredByAsync("promoted");
        await ScaleCanaryToZeroAsync("third");
        await load.MoreAsync(100);
    }

    private async Task ScaleCanaryUpAsync(string pod)
    {
        Mesh.Write("canary.yaml", Service("web-canary") + await SliceAsync("web-canary", pod));
        await _envoy.HasEndpointsAsync("demo/web-canary/http", 1);
    }

    private async Task ScaleCanaryToZeroAsync(string pod)
    {
        Mesh.Write("canary.yaml", Service("web-canary"));
        await _envoy.HasEndpointsAsync("demo/web-canary/http", 0);
        await StopAsync(pod);
    }

    private async Task StopAsync(string pod)
    {
        _pods.Remove(pod, out var upstream);
        await upstream!.DisposeAsync();
    }

    private Task WeighAsync(int canary) => ChangeRoutesAsync(
        _envoy,
        "split.yaml",
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            apiVersion: split.smi-spec.io/v1alpha2
            kind: TrafficSplit
            metadata: {name: web, namespace: demo}
            spec:
              service: web
              backends:
              - {service: web-canary, weight: {{canary}}}
              - {service: web-primary, weight: {{100 - canary}}}

            """));

    private static string Service(string name) =>
        $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: demo}
        spec:
          type: ClusterIP
          ports: [{name: http, port: 80, targetPort: http, protocol: TCP, appProtocol: http}]
        ---

        """;

    // Every pod has a slice of its own, since it has a port of its own here.
    private async Task<string> SliceAsync(string service, string pod)
    {
        if (!_pods.TryGetValue(pod, out var upstream))
        {
            _pods[pod] = upstream = await KeepAsync(Upstream.StartAsync(pod));
        }

        return
            $$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: {{service}}-{{pod}}, namespace: demo, labels: {kubernetes.io/service-name: {{service}} } }
            addressType: IPv4
            ports: [{name: http, port: {{upstream.Port}}, protocol: TCP}]
            endpoints: [{addresses: [127.0.0.1], conditions: {ready: true} }]
            ---

            """;
    }
}
