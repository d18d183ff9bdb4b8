using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>Small resources whose content is a number, and snapshots of them.</summary>
internal static class World
{
    public static Resource Cluster(string name, int value = 0) => Make(
        ResourceType.Cluster,
        name,
        new Cluster { Name = name, ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1000 + value)) },
        new ResourceName(ResourceType.Endpoint, name));

    public static Resource Endpoint(string name, int value = 0) => Make(
        ResourceType.Endpoint,
        name,
        new ClusterLoadAssignment { ClusterName = name, Policy = new() { OverprovisioningFactor = (uint)(100 + value) } });

    public static Resource Listener(string name, int value = 0, params ResourceName[] references) =>
        Make(ResourceType.Listener, name, new Listener { Name = name, StatPrefix = $"v{value}" }, references);

    public static Resource Route(string name, int value = 0, params string[] clusters) => Make(
        ResourceType.Route,
        name,
        new RouteConfiguration { Name = name, VirtualHosts = { clusters.Select(c => new VirtualHost { Name = c, Domains = { $"{c}.{value}" } }) } },
        [.. clusters.Select(c => new ResourceName(ResourceType.Cluster, c))]);

    public static Resource Make(ResourceType type, string name, IMessage message, params ResourceName[] references) =>
        Resource.Create(type, name, message, [], [.. references]);

    public static Snapshot Snapshot(params Resource[] resources) => Snapshot(null, resources);

    public static Snapshot Snapshot(Snapshot? previous, params Resource[] resources)
    {
        var layer = ResourceLayer.Create("mesh", resources, previous?.Layers.FirstOrDefault(l => l.Scope == "mesh"));
        return XdsServer.Translators.Resources.Snapshot.Create(ImmutableArray.Create(layer), previous);
    }
}
