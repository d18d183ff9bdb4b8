using System.Net;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>Every way in which an Envoy can subscribe, with requests through it.</summary>
public sealed class SubscriptionTests : MeshTest
{
    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds, Transport.Rest)]
    public async Task A_request_finds_its_service_by_every_name_and_follows_a_change(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var first = await KeepAsync(Upstream.StartAsync("first"));
        var second = await KeepAsync(Upstream.StartAsync("second"));
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", first.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap(transport);

        var envoy = await StartEnvoyAsync(program, bootstrap.Text);
        var client = ClientOf(bootstrap.EgressPort);

        foreach (var host in (string[])["web", "web.demo", "web.demo.svc", "web.demo.svc.cluster.local", "web:80", $"web:{bootstrap.EgressPort}", "WEB.demo.", "web.demo.svc.cluster.local:80"])
        {
            (await client.GetAsync(host)).Should().Be((HttpStatusCode.OK, "first"), "{0} names the service", host);
        }

        (await client.GetAsync("nobody")).Status.Should().Be(HttpStatusCode.NotFound);
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", second.Port));
        await client.AnsweredByAsync("web", "second");
        await envoy.HasEndpointsAsync("demo/web/main", 1);
    }

    [SkippableTheory]
    [Versions(Transport.Separate, Transport.Rest)]
    public async Task Each_type_can_be_subscribed_to_on_its_own(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var first = await KeepAsync(Upstream.StartAsync("first"));
        var second = await KeepAsync(Upstream.StartAsync("second"));
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", first.Port));
        await ServeAsync();
        var (listener, endpoints) = (FreePort.Take(), FreePort.Take());
        var bootstrap = NewBootstrap(transport) with { MoreStatic = OwnSubscriptions(transport, listener, endpoints) };

        await StartEnvoyAsync(program, bootstrap.Text);

        // The routes come by RDS of their own; they name a cluster of CDS of its own.
        await ClientOf(listener).AnsweredByAsync("web", "first");

        // The listener comes by LDS of its own.
        await ClientOf(bootstrap.EgressPort).AnsweredByAsync("web", "first");

        // The endpoints come by EDS of their own.
        await ClientOf(endpoints).AnsweredByAsync("any", "first");
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "http", second.Port));
        await ClientOf(endpoints).AnsweredByAsync("any", "second");
        await ClientOf(bootstrap.EgressPort).AnsweredByAsync("web", "second");
    }

    private static string OwnSubscriptions(Transport transport, int listener, int endpoints) => $$"""
          - name: own-endpoints
            type: EDS
            connect_timeout: 1s
            eds_cluster_config: {service_name: demo/web/main, eds_config: {{TestBootstrap.SourceOf(transport)}} }
          listeners:
          - name: own-routes
            address: {socket_address: {address: 127.0.0.1, port_value: {{listener}} } }
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: own
                  rds: {route_config_name: egress, config_source: {{TestBootstrap.SourceOf(transport)}} }
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          - name: own-endpoints
            address: {socket_address: {address: 127.0.0.1, port_value: {{endpoints}} } }
            filter_chains:
            - filters:
              - name: envoy.filters.network.tcp_proxy
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: own, cluster: own-endpoints}
        """;
}
