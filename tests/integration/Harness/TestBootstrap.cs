using System.Net;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// Bootstraps for Envoys under test in every way of subscribing, also in those that our own <c>bootstrap</c> command does not offer.
/// </summary>
internal sealed record TestBootstrap
{
    /// <summary>How the Envoy subscribes.</summary>
    public Transport Transport { get; init; } = Transport.DeltaAds;

    /// <summary>Where the control plane serves gRPC.</summary>
    public required IPEndPoint Grpc { get; init; }

    /// <summary>Where the control plane serves REST.</summary>
    public required IPEndPoint Rest { get; init; }

    /// <summary>The profile.</summary>
    public string Profile { get; init; } = "sidecar";

    /// <summary>Whose short names it understands.</summary>
    public string Namespace { get; init; } = "demo";

    /// <summary>The workload beside it, or the gateway that it is.</summary>
    public string Service { get; init; } = "client";

    /// <summary>The port of its egress listener.</summary>
    public int EgressPort { get; init; } = FreePort.Take();

    /// <summary>The port of its inbound listener.</summary>
    public int InboundPort { get; init; } = FreePort.Take();

    /// <summary>The machine that a node proxy serves; empty: its own id.</summary>
    public string Machine { get; init; } = "";

    /// <summary>Whether the Envoy reports its load.</summary>
    public bool ReportsLoad { get; init; }

    /// <summary>Whether the Envoy asks for all clusters when it starts; otherwise it has those that it fetches on demand.</summary>
    public bool FetchesClusters { get; init; } = true;

    /// <summary>Further top-level parts of the document's <c>static_resources</c>, indented by two.</summary>
    public string MoreStatic { get; init; } = "";

    /// <summary>The trusted certificate file of a control plane that serves TLS; null: plain text.</summary>
    public string? ServerCertificate { get; init; }

    /// <summary>Whether it declares that it understands times to live, which Envoy does but does not say by itself.</summary>
    public bool TakesTtl { get; init; }

    /// <summary>Connect again within a tenth of a second or two; Envoy's own pause grows from half a second.</summary>
    public bool ReconnectsSoon { get; init; }

    /// <summary>The document.</summary>
    public string Text => $$"""
        node:
          id: {{Profile}}-{{EgressPort}}
          cluster: {{(Service.Length > 0 ? Service : Profile)}}
          client_features: [{{(TakesTtl ? "xds.config.supports-resource-ttl" : "")}}]
          metadata: {profile: {{Profile}}, namespace: {{Namespace}}, service: "{{Service}}", egress_port: {{EgressPort}}, inbound_port: {{InboundPort}}, node: "{{Machine}}"{{Polls}} }
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0} } }
        dynamic_resources:
        {{Ads}}
        {{Clusters}}
          lds_config: {{SourceOf(Transport)}}
        {{LoadStats}}
        static_resources:
          clusters:
          - name: xds
            type: STATIC
            connect_timeout: 1s
            load_assignment: {{Loopback("xds", Transport == Transport.Rest ? Rest.Port : Grpc.Port)}}
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {{(Transport == Transport.Rest ? "{http_protocol_options: {} }" : "{http2_protocol_options: {connection_keepalive: {interval: 30s, timeout: 5s} } }")}}
        {{Tls}}
        {{MoreStatic}}
        layered_runtime:
          layers:
          - name: static
            static_layer: {re2.max_program_size.error_level: 5000, re2.max_program_size.warn_level: 1000}
        overload_manager:
          resource_monitors:
          - name: envoy.resource_monitors.global_downstream_max_connections
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
              max_active_downstream_connections: 50000
        """;

    private string Polls => Transport == Transport.Rest ? ", xds_transport: rest" : "";

    // Those who poll have no stream; an ads_config would open one.
    private string Ads => Transport == Transport.Rest ? "" : $"  ads_config: {{api_type: {AdsApi}, transport_api_version: V3, set_node_on_first_message_only: true, grpc_services: [{{envoy_grpc: {{cluster_name: xds{Reconnect}}} }}]}}";

    private string Reconnect => ReconnectsSoon ? ", retry_policy: {retry_back_off: {base_interval: 0.1s, max_interval: 0.2s} }" : "";

    private string Clusters => FetchesClusters ? $"  cds_config: {SourceOf(Transport)}" : "";

    private string LoadStats =>
        ReportsLoad ? "cluster_manager: {load_stats_config: {api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: xds} }]} }" : "";

    private string AdsApi => Transport == Transport.SotwAds ? "GRPC" : "DELTA_GRPC";

    private string Tls => ServerCertificate is null ? "" : $$"""
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                sni: localhost
                common_tls_context: {validation_context: {trusted_ca: {filename: "{{ServerCertificate}}" } } }
        """;

    /// <summary>A load assignment of one port of this machine.</summary>
    public static string Loopback(string cluster, int port) =>
        $"{{cluster_name: {cluster}, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port} }} }} }} }}] }}] }}";

    /// <summary>The configuration source of one type of resource in this transport.</summary>
    public static string SourceOf(Transport transport) => transport switch
    {
        Transport.SotwAds or Transport.DeltaAds => "{ads: {}, initial_fetch_timeout: 15s, resource_api_version: V3}",
        Transport.Separate => "{api_config_source: {api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: xds} }]}, initial_fetch_timeout: 15s, resource_api_version: V3}",
        Transport.Rest => "{api_config_source: {api_type: REST, transport_api_version: V3, cluster_names: [xds], refresh_delay: 0.2s, request_timeout: 5s}, initial_fetch_timeout: 15s, resource_api_version: V3}",
        _ => throw new InvalidOperationException($"{transport} is not known."),
    };
}
