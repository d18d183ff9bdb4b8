using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>
/// A golden case as a static bootstrap, for <c>--mode validate</c>. Envoy does not read load assignments or route configurations as static resources of their own,
/// so a cluster and a listener are put around each; and its server is built without API listeners, so what gRPC libraries get in one stands in a listener with a socket.
/// </summary>
internal static class StaticConfiguration
{
    /// <summary>The document.</summary>
    public static string Of(GoldenMesh golden) =>
        $$"""
        node: {id: golden, cluster: golden}
        dynamic_resources:
          ads_config: {api_type: DELTA_GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: xds} }]}
        static_resources:
          clusters:
          - name: xds
            type: STATIC
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {} }
            load_assignment: {{TestBootstrap.Loopback("xds", 1)}}
        {{List(golden.Of(ResourceType.Cluster))}}
        {{string.Concat(golden.Of(ResourceType.Endpoint).Select(Around))}}
          listeners:
        {{string.Concat(golden.Of(ResourceType.Listener).Select(ListenerOf))}}
        {{string.Concat(golden.Of(ResourceType.Route).Select(AroundRoutes))}}
        """;

    private static string ListenerOf(Resource resource, int index)
    {
        var listener = Listener.Parser.ParseFrom(resource.Body.Span);
        if (listener.ApiListener?.ApiListener_ is { } connectionManager)
        {
            listener = new Listener { Name = listener.Name, Address = new Address { Pipe = new Pipe { Path = $"@golden-api-{index}" } }, FilterChains = { new FilterChain { Filters = { new Filter { Name = "api", TypedConfig = connectionManager } } } } };
        }

        return Indent(YamlList(listener), "  ") + "\n";
    }

    private static string YamlList(IMessage message) => "- " + Indent(ResourceText.Yaml(message), "  ")[2..];

    private static string List(IReadOnlyList<Resource> resources) => resources.Count == 0 ? "" : Indent(ResourceText.Yaml(resources), "  ");

    private static string Around(Resource assignment, int index) =>
        $"  - name: assignment-{index}\n    type: STATIC\n    connect_timeout: 1s\n    load_assignment:\n{Item(assignment, "    ")}\n";

    private static string AroundRoutes(Resource routes, int index) =>
        $$"""
          - name: routes-{{index}}
            address: {pipe: {path: "@golden-{{index}}"} }
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: golden
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  route_config:
        {{Item(routes, "          ")}}

        """;

    // One item of a YAML list, without its dash.
    private static string Item(Resource resource, string indent)
    {
        var item = ResourceText.Yaml([resource]);
        return Indent("  " + item[2..], indent);
    }

    private static string Indent(string text, string by) => string.Join('\n', text.TrimEnd('\n').Split('\n').Select(l => by + l));
}
