using System.Globalization;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>The manifests of test meshes, as text.</summary>
internal static class Manifests
{
    /// <summary>A service of namespace <c>demo</c> with one port and these endpoints, each <c>port</c> or a whole endpoint in flow style.</summary>
    public static string Service(string name, int port, string protocol, params object[] endpoints) =>
        $$"""
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: {{name}}, namespace: demo}
        spec:
          ports:
          - {name: main, port: {{port}}, protocol: {{protocol}}}
          endpoints:
        {{string.Join('\n', endpoints.Select(EndpointOf))}}
        ---

        """;

    private static string EndpointOf(object endpoint) => endpoint switch
    {
        int port => string.Create(CultureInfo.InvariantCulture, $"  - {{address: 127.0.0.1, port: {port}}}"),
        string whole => $"  - {whole}",
        _ => throw new ArgumentException("An endpoint is a port or a text.", nameof(endpoint)),
    };
}
