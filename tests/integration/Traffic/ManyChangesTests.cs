using System.Globalization;
using XdsServer.Options;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>Three hundred edits in a row while a thousand requests a second go through, and certificates that are swapped: nothing is lost, nothing is refused.</summary>
public sealed class ManyChangesTests : MeshTest
{
    private const int Changes = 300;

    // Edits do not wait for each other: a few dozen requests are less than many of them need.
    private const int RequestsBetween = 25;

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Three_hundred_changes_in_a_row_lose_no_request(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var upstreams = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Upstream.StartLocalhostAsync($"u{i}")));
        Array.ForEach(upstreams, u => Keep(u));
        var mesh = new ChangingMesh(upstreams);
        Mesh.Write("mesh.yaml", mesh.Text());
        await ServeAsync(Fast(OptionsOf(Mesh)));
        var bootstrap = NewBootstrap(transport);
        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        await using var load = Load.Start(bootstrap.EgressPort, "shop.test");
        await load.MoreAsync(100);

        var history = new List<string>();
        for (var i = 0; i < Changes; i++)
        {
            history.Add(mesh.Step(i));
            Mesh.Write("mesh.yaml", mesh.Text());
            await load.MoreAsync(RequestsBetween);
            load.Lost.Should().BeEmpty("no change may lose a request; the last ones were {0}", string.Join("; ", history.TakeLast(5)));
        }

        await Eventually.HoldsAsync(
            $"only {mesh.Current} and the others",
            async stop => (await envoy.ActiveClustersAsync(stop)).Where(c => c.StartsWith("demo/shop", StringComparison.Ordinal)).SequenceEqual([mesh.Cluster]),
            () => envoy.LogTail);
        (await envoy.StatsAsync("update_success$")).Values.Sum().Should().BeGreaterThan(Changes / 2, "the changes must have been made one by one");
        await load.AssertNothingLostAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Certificates_are_swapped_without_losing_a_request(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var web = await KeepAsync(Upstream.StartAsync("web"));
        var port = FreePort.Take();
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", web.Port) + Gateway(port));
        Mesh.Write("secret.yaml", Certificate.For("shop.test").SecretManifest("edge-cert"));
        var options = Fast(OptionsOf(Mesh));
        await ServeAsync(options with { Discovery = new() { AllowPlaintextSecrets = true } });
        var envoy = await StartEnvoyAsync(program, (NewBootstrap(transport) with { Profile = "gateway", Service = "edge" }).Text);
        await using var load = Load.StartTls(port, "shop.test");
        await load.OnlyAnsweredByAsync("web");

        for (var i = 0; i < 20; i++)
        {
            var before = await UpdatesAsync(envoy, CancellationToken.None);
            Mesh.Write("secret.yaml", Certificate.For("shop.test").SecretManifest("edge-cert"));
            await Eventually.HoldsAsync("the new certificate", async stop => await UpdatesAsync(envoy, stop) > before, () => envoy.LogTail);
        }

        await load.AssertNothingLostAsync();
    }

    private static async Task<long> UpdatesAsync(EnvoyProcess envoy, CancellationToken stop) => (await envoy.StatsAsync("ssl_context_update_by_sds$", stop)).Values.Sum();

    private static XdsServerOptions Fast(XdsServerOptions options) => options with
    {
        Pipeline = new() { Quiet = TimeSpan.FromMilliseconds(5), MaxWait = TimeSpan.FromMilliseconds(20) },
        Discovery = new() { ListenerDrainTime = TimeSpan.FromSeconds(2) },
    };

    private static string Gateway(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshGateway
        metadata: {name: edge, namespace: demo}
        spec:
          listeners:
          - {name: secure, port: {{port}}, protocol: https, hosts: [shop.test], tls: {secretName: edge-cert} }
          routes:
          - {hosts: [shop.test], pathPrefix: /, backends: [{service: web, port: 80}]}

        """);
}
