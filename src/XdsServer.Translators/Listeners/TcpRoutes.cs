using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using XdsServer.Model;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>Which clusters take the connections to TCP ports of services: the port's own, or those of a split.</summary>
internal sealed class TcpRoutes(ServiceCatalog services, RouteCatalog routes, LayerBuilder builder)
{
    private readonly ServiceSplits _splits = new(services, routes);
    private readonly BackendTranslator _backends = new(services, builder);
    private readonly SortedSet<ObjectRef> _splitOrigins = [];
    private bool _isBlockedNeeded;

    /// <summary>The splits that were asked for so far, with what they were made from.</summary>
    public IEnumerable<ObjectRef> SplitOrigins => _splitOrigins;

    /// <summary>The clusters with their weights, all above 0, and the objects that say so.</summary>
    public TcpTargets Of(MeshService service, ServicePort port)
    {
        if (_splits.ForConnections(service.Key, port.Port) is not { } split)
        {
            return new TcpTargets([new ClusterShare(ClusterName.Of(service.Key, port), 1)], [service.Ref]);
        }

        var taking = _backends.Resolve(new RuleInputs(split.Route, split.Index, split.Rule, port, TimeSpan.Zero)).Taking;
        _isBlockedNeeded |= taking.IsEmpty;
        _splitOrigins.UnionWith(RouteCatalog.OriginsOf(split.Route));
        return new TcpTargets(taking.IsEmpty ? [new ClusterShare(ClusterName.Blocked, 1)] : taking, [service.Ref, .. RouteCatalog.OriginsOf(split.Route)]);
    }

    /// <summary>Adds the cluster that closes connections, when some port's split lets nobody take them. For layers that do not have it anyway.</summary>
    public void AddBlocked()
    {
        if (_isBlockedNeeded)
        {
            builder.Add(ResourceType.Cluster, ClusterName.Blocked, Blocked(MeshConfig.Default.ConnectTimeout));
        }
    }

    /// <summary>A cluster without endpoints.</summary>
    public static Cluster Blocked(TimeSpan connectTimeout) =>
        ClusterTranslator.Local(ClusterName.Blocked, PortProtocol.Tcp, connectTimeout, new ClusterLoadAssignment { ClusterName = ClusterName.Blocked });
}

/// <summary>Where connections go, and why.</summary>
internal sealed record TcpTargets(ImmutableArray<ClusterShare> Clusters, ImmutableArray<ObjectRef> Origins);
