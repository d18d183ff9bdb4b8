using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Resources;

/// <summary>
/// Where in the API a message names another resource, and through which fields such places can be reached. Everything else (nine
/// tenths of a cluster) is never looked at.
/// </summary>
internal static class ReferenceFields
{
    /// <summary>A cluster names its load assignment by itself when it has no <c>service_name</c>.</summary>
    public const string Cluster = "envoy.config.cluster.v3.Cluster";

    /// <summary>A secret is only asked for when the message says from where.</summary>
    public const string SdsSecret = "envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig";

    /// <summary>A filter whose configuration is discovered is asked for by the filter's own name.</summary>
    public const string ConfigDiscovery = "config_discovery";

    private const string Metadata = "envoy.config.core.v3.Metadata";

    private static readonly FrozenDictionary<string, ResourceType> NamingFields = new Dictionary<string, ResourceType>(StringComparer.Ordinal)
    {
        ["envoy.config.core.v3.GrpcService.EnvoyGrpc.cluster_name"] = ResourceType.Cluster,
        ["envoy.config.core.v3.HttpUri.cluster"] = ResourceType.Cluster,
        ["envoy.config.route.v3.RouteAction.RequestMirrorPolicy.cluster"] = ResourceType.Cluster,
        ["envoy.config.route.v3.RouteAction.cluster"] = ResourceType.Cluster,
        ["envoy.config.route.v3.ScopedRouteConfiguration.route_configuration_name"] = ResourceType.Route,
        ["envoy.config.route.v3.WeightedCluster.ClusterWeight.name"] = ResourceType.Cluster,
        ["envoy.extensions.filters.network.http_connection_manager.v3.Rds.route_config_name"] = ResourceType.Route,
        ["envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight.name"] = ResourceType.Cluster,
        ["envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.cluster"] = ResourceType.Cluster,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FieldDescriptor[]> Paths = FindPaths();

    /// <summary>The type of the resource that this field names, or null when it names none.</summary>
    public static ResourceType? NamedBy(FieldDescriptor field) => NamingFields.GetValueOrDefault(field.FullName);

    /// <summary>The fields of a message that name resources or lead to such fields, in the order of their numbers.</summary>
    public static IReadOnlyList<FieldDescriptor> PathsFrom(MessageDescriptor message) => Paths.GetValueOrDefault(message.FullName, []);

    private static FrozenDictionary<string, FieldDescriptor[]> FindPaths()
    {
        var leading = new HashSet<string>(StringComparer.Ordinal) { Any.Descriptor.FullName, SdsSecret, Cluster };
        bool hasGrown;
        do
        {
            var before = leading.Count;
            leading.UnionWith(MessageTypes.All.Where(m => m.FullName != Metadata && m.Fields.InDeclarationOrder().Any(f => Leads(f, leading))).Select(m => m.FullName).ToList());
            hasGrown = leading.Count > before;
        }
        while (hasGrown);

        return MessageTypes.All.ToFrozenDictionary(
            m => m.FullName,
            m => m.Fields.InFieldNumberOrder().Where(f => Leads(f, leading)).ToArray(),
            StringComparer.Ordinal);
    }

    private static bool Leads(FieldDescriptor field, HashSet<string> leading)
    {
        var value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
        return NamingFields.ContainsKey(field.FullName)
            || field.Name == ConfigDiscovery
            || (value.FieldType == FieldType.Message && leading.Contains(value.MessageType.FullName));
    }
}
