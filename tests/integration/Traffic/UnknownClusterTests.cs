using System.Net;
using System.Text.Json;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>A route to a cluster that is not there: Envoy takes it and answers 503, so the control plane must say so.</summary>
public sealed class UnknownClusterTests : MeshTest
{
    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Rule_12_a_route_to_an_unknown_cluster_is_reported_until_the_cluster_is_there(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var (web, late) = (await KeepAsync(Upstream.StartAsync("web")), await KeepAsync(Upstream.StartAsync("late")));
        var port = FreePort.Take();
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", web.Port));
        Mesh.Write("front.yaml", Front(port));
        await ServeAsync();
        await StartEnvoyAsync(program, NewBootstrap(transport).Text);
        var client = ClientOf(port);

        await client.AnsweredByAsync("web", "web");
        (await client.GetAsync("late")).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ReportsAsync(CancellationToken.None)).Should().ContainSingle().Which.Should().Match("front*rds 'front-routes' names cds 'demo/late/main'*503*");

        Mesh.Write("late.yaml", Manifests.Service("late", 80, "http", late.Port));
        await client.AnsweredByAsync("late", "late");
        await Eventually.HoldsAsync("no report any more", async stop => (await ReportsAsync(stop)).Count == 0, () => "");
    }

    private static string Front(int port) =>
        $$$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: EnvoyResource
        metadata: {name: front, namespace: demo}
        spec:
          resources:
          - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
            name: front
            address: {socket_address: {address: 127.0.0.1, port_value: {{{port}}}}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: front
                  rds: {route_config_name: front-routes, config_source: {ads: {}, resource_api_version: V3}}
                  http_filters:
                  - {name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
            name: front-routes
            virtual_hosts:
            - {name: web, domains: [web], routes: [{match: {prefix: /}, route: {cluster: demo/web/main}}]}
            - {name: late, domains: [late], routes: [{match: {prefix: /}, route: {cluster: demo/late/main}}]}
        """;

    private async Task<List<string>> ReportsAsync(CancellationToken stop)
    {
        using var admin = new HttpClient();
        using var document = JsonDocument.Parse(await admin.GetStringAsync(new Uri($"http://{ControlPlane.AdminAddress}/api/v1/diagnostics"), stop));
        return [.. document.RootElement.EnumerateArray().Where(d => d.GetProperty("code").GetString() == "XDS3106")
            .Select(d => $"{d.GetProperty("object").GetProperty("name").GetString()}: {d.GetProperty("message").GetString()}")];
    }
}
