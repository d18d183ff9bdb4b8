namespace XdsServer.Bootstrap;

/// <summary>
/// Tags that Envoy takes out of the names of our clusters, <c>namespace/service/port-name</c>, so that dashboards can group by them.
/// </summary>
internal static class StatsTags
{
    /// <summary>The part of the bootstrap. The name's parts become tags of their own, beside Envoy's own <c>envoy.cluster_name</c>.</summary>
    public const string Yaml = """
        # Our clusters are called namespace/service/port: make tags of the parts, so that metrics can be grouped by them.
        stats_config:
          stats_tags:
          - {tag_name: mesh.namespace, regex: '^cluster\.(([^/.]+)/)[^/]+/[^/]+\.'}
          - {tag_name: mesh.service, regex: '^cluster\.(?:[^/.]+/)?(([^/.]+)/)[^/.]+\.'}

        """;
}
