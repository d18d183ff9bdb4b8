namespace XdsServer.Tests.Integration.Crds;

/// <summary>One valid object of each kind and version, in the shape that this version's specification gives it.</summary>
internal static class SmiObjects
{
    /// <summary>All of them: kind, plural with group, version, and everything but apiVersion, kind and metadata, as flow YAML.</summary>
    public static readonly IReadOnlyList<(string Kind, string Resource, string Version, string Body)> All =
    [
        Split("v1alpha1", "spec: {service: web, backends: [{service: web-v1, weight: 500m}, {service: web-v2, weight: \"1\"}]}"),
        Split("v1alpha2", "spec: {service: web, backends: [{service: web-v1, weight: 90}, {service: web-v2, weight: 10}]}"),
        Split("v1alpha3", "spec: {service: web, matches: [{kind: HTTPRouteGroup, name: beta}], backends: [{service: web-v1, weight: 0}]}"),
        Split("v1alpha4", "spec: {service: web.demo, matches: [{apiGroup: specs.smi-spec.io, kind: HTTPRouteGroup, name: beta}], backends: [{service: web, weight: 100000}]}"),
        Target("v1alpha1", "destination: {kind: ServiceAccount, name: web, namespace: default, port: 8080}\n"
            + "sources: [{kind: ServiceAccount, name: client, namespace: default}]\nspecs: [{kind: HTTPRouteGroup, name: api, matches: [read]}]"),
        Target("v1alpha2", "spec: {destination: {kind: ServiceAccount, name: web, namespace: default, port: 8080}}"),
        Target("v1alpha3", "spec: {destination: {kind: ServiceAccount, name: web, namespace: default}, sources: [{kind: ServiceAccount, name: client, namespace: other}], "
            + "rules: [{kind: TCPRoute, name: main}, {kind: HTTPRouteGroup, name: api, matches: [read, write]}]}"),
        Group("v1alpha1", "matches: [{name: read, pathRegex: /api/.*, methods: [GET, HEAD]}]"),
        Group("v1alpha2", "matches: [{name: beta, headers: [{user-agent: .*Firefox.*}, {x-beta: \"1\"}]}]"),
        Group("v1alpha3", "spec: {matches: [{name: read, pathRegex: /, methods: [\"*\"]}, {name: any}]}"),
        Group("v1alpha4", "spec: {matches: [{name: beta, headers: [{cookie: '^(.*?;)?(type=insider)(;.*)?$'}]}]}"),
        Tcp("v1alpha1", ""),
        Tcp("v1alpha2", "spec: {}"),
        Tcp("v1alpha3", "spec: {}"),
        Tcp("v1alpha4", "spec: {matches: {ports: [8080, 9090]}}"),
        ("UDPRoute", "udproutes.{0}.specs.smi-spec.io", "v1alpha4", "spec: {matches: {name: dns, ports: []}}"),
    ];

    /// <summary>The object as a manifest.</summary>
    public static string Manifest(string kind, string resource, string version, string name, string body) => $"""
        apiVersion: {resource[(resource.IndexOf("{0}.", StringComparison.Ordinal) + 4)..]}/{version}
        kind: {kind}
        metadata: {"{"}name: {name}, namespace: default{"}"}
        """ + "\n" + body + "\n";

    private static (string, string, string, string) Split(string version, string body) => ("TrafficSplit", "trafficsplits.{0}.split.smi-spec.io", version, body);

    private static (string, string, string, string) Target(string version, string body) => ("TrafficTarget", "traffictargets.{0}.access.smi-spec.io", version, body);

    private static (string, string, string, string) Group(string version, string body) => ("HTTPRouteGroup", "httproutegroups.{0}.specs.smi-spec.io", version, body);

    private static (string, string, string, string) Tcp(string version, string body) => ("TCPRoute", "tcproutes.{0}.specs.smi-spec.io", version, body);
}
