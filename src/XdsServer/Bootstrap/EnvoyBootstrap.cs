using System.Net;
using XdsServer.Groups;
using XdsServer.Translators;

namespace XdsServer.Bootstrap;

/// <summary>An Envoy bootstrap as commented YAML. Envoy 1.36 to 1.40 start with it without a warning. Pure.</summary>
internal static class EnvoyBootstrap
{
    /// <summary>The whole file.</summary>
    public static string Write(BootstrapRequest request) => string.Join('\n', [.. Parts(request).Where(p => p.Length > 0), ""]);

    private static string[] Parts(BootstrapRequest request) =>
        [Head(request), Node(request), Admin(request), Discovery(request), Cluster(request), LoadReports(request), StatsTags.Yaml, Runtime, Overload(request)];

    private static string Head(BootstrapRequest request) => $"""
        # Bootstrap of an Envoy with the profile {ProfileNames.NameOf(request.Proxy.Profile)}; written by 'XdsServer bootstrap'.
        # It asks {request.XdsHost}:{request.XdsPort} for its configuration: {Explain(request.Mode)}.
        #
        #   envoy -c THIS_FILE --drain-time-s 60
        #
        # --drain-time-s (600 if not given) is how long connections live on after their listener was replaced. Several Envoys on one
        # machine also want --base-id or --disable-hot-restart each, and ports of their own (--egress-port, --inbound-port, --admin-port).

        """;

    private static string Node(BootstrapRequest request) => $"""
        # Who this proxy is. The control plane decides by the metadata what it gets.
        node:
          id: {YamlScalar.Of(request.NodeId)}
          cluster: {YamlScalar.Of(request.NodeCluster)}{Locality(request)}
          metadata:
            profile: {ProfileNames.NameOf(request.Proxy.Profile)}
            namespace: {YamlScalar.Of(request.Proxy.Namespace)}
            service: {YamlScalar.Of(request.Proxy.Service)}
            egress_port: {request.Proxy.EgressPort}
            inbound_port: {request.Proxy.InboundPort}{Machine(request)}{Transport(request)}

        """;

    private static string Locality(BootstrapRequest request)
    {
        var (region, zone, subZone) = request.Locality;
        return region.Length + zone.Length + subZone.Length == 0
            ? ""
            : $"\n  locality: {{region: {YamlScalar.Of(region)}, zone: {YamlScalar.Of(zone)}, sub_zone: {YamlScalar.Of(subZone)}}}";
    }

    private static string Machine(BootstrapRequest request) =>
        request.Proxy.Profile == ProxyProfile.Node ? $"\n    node: {YamlScalar.Of(request.Proxy.Node.Length > 0 ? request.Proxy.Node : request.NodeId)}" : "";

    private static string Transport(BootstrapRequest request) =>
        request.Mode == BootstrapMode.Rest ? "\n    xds_transport: rest       # so that clusters and listeners name REST, too, for what they need" : "";

    private static string Admin(BootstrapRequest request) => $$"""
        # Envoy's own admin interface: it can stop the proxy, so it stays on loopback.
        admin:
          address:
            socket_address: {address: 127.0.0.1, port_value: {{request.AdminPort}}}

        """;

    private static string Discovery(BootstrapRequest request) => request.Mode == BootstrapMode.Rest ? RestDiscovery : GrpcDiscovery(request);

    // 5 s is less than the control plane waits for a cluster to warm, and never 0, which would wait forever.
    private static string GrpcDiscovery(BootstrapRequest request) => $$"""
        # Everything comes on one stream, so that the control plane can send it in an order that loses no request.
        dynamic_resources:
          ads_config:
            api_type: {{(request.Mode == BootstrapMode.Delta ? "DELTA_GRPC" : "GRPC")}}
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services:
            - envoy_grpc: {cluster_name: xds}
          cds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 5s}
          lds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 5s}

        """;

    private const string RestDiscovery = """
        # Clusters and listeners are polled. Streams are faster and keep an order that loses no request: use them if you can.
        dynamic_resources:
          cds_config:
            resource_api_version: V3
            initial_fetch_timeout: 5s
            api_config_source: {api_type: REST, transport_api_version: V3, cluster_names: [xds], refresh_delay: 1s, request_timeout: 5s}
          lds_config:
            resource_api_version: V3
            initial_fetch_timeout: 5s
            api_config_source: {api_type: REST, transport_api_version: V3, cluster_names: [xds], refresh_delay: 1s, request_timeout: 5s}

        """;

    private static string Cluster(BootstrapRequest request) => $$"""
        # The control plane itself.
        static_resources:
          clusters:
          - name: xds
        {{Resolution(request)}}
            connect_timeout: 5s
            load_assignment:
              cluster_name: xds
              endpoints:
              - lb_endpoints:
                - endpoint:
                    address:
                      socket_address: {address: {{YamlScalar.Of(request.XdsHost)}}, port_value: {{request.XdsPort}}}
        {{Http2(request)}}{{Tls(request)}}
        """;

    private static string Resolution(BootstrapRequest request) => IPAddress.TryParse(request.XdsHost, out _)
        ? "    type: STATIC"
        : """
              cluster_type:
                name: envoy.cluster.dns
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster
          """;

    private static string Http2(BootstrapRequest request) => request.Mode == BootstrapMode.Rest ? "" : """
            # gRPC needs HTTP/2, and without it nothing would warn. The pings find a control plane that has gone silently.
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config:
                  http2_protocol_options:
                    connection_keepalive: {interval: 30s, timeout: 5s}

        """;

    private static string Tls(BootstrapRequest request) => request.Tls is not { } tls ? "" : $$"""
            transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                sni: {{YamlScalar.Of(tls.ServerName)}}
                common_tls_context:
                  validation_context:
                    trusted_ca: {filename: {{YamlScalar.Of(tls.CaFile)}}}
                    match_typed_subject_alt_names:
                    - san_type: {{(IPAddress.TryParse(tls.ServerName, out _) ? "IP_ADDRESS" : "DNS")}}
                      matcher: {exact: {{YamlScalar.Of(tls.ServerName)}}}{{ClientCertificate(tls)}}

        """;

    private static string ClientCertificate(BootstrapTls tls) => tls.CertificateFile.Length == 0 ? "" : $$"""

                  tls_certificates:
                  - certificate_chain: {filename: {{YamlScalar.Of(tls.CertificateFile)}}}
                    private_key: {filename: {{YamlScalar.Of(tls.PrivateKeyFile)}}}
        """;

    private static string LoadReports(BootstrapRequest request) => request.Mode == BootstrapMode.Rest ? "" : """
        # The proxy tells the control plane how many requests it sent to whom: that is where traffic metrics come from.
        cluster_manager:
          load_stats_config:
            api_type: GRPC
            transport_api_version: V3
            grpc_services:
            - envoy_grpc: {cluster_name: xds}

        """;

    private const string Runtime = """
        # How large a compiled regular expression may be: a route with a larger one is rejected instead of slowing every request down.
        layered_runtime:
          layers:
          - name: static
            static_layer:
              re2.max_program_size.error_level: 5000
              re2.max_program_size.warn_level: 1000

        """;

    private static string Overload(BootstrapRequest request) => $"""
        # New connections are refused above this number, before the process runs out of file descriptors.
        overload_manager:
          resource_monitors:
          - name: envoy.resource_monitors.global_downstream_max_connections
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
              max_active_downstream_connections: {request.MaxConnections}
        """;

    private static string Explain(BootstrapMode mode) => mode switch
    {
        BootstrapMode.Delta => "one gRPC stream that carries differences",
        BootstrapMode.Sotw => "one gRPC stream that carries the whole state of each type",
        BootstrapMode.Rest => "polling over REST",
        _ => throw new InvalidOperationException($"{mode} is no mode."),
    };
}
