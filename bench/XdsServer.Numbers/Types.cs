namespace XdsServer.Numbers;

/// <summary>The type URLs that the clients ask for.</summary>
internal static class Types
{
    public const string Cluster = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

    public const string Endpoint = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
}
