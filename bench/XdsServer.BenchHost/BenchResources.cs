using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;

namespace XdsServer.BenchHost;

/// <summary>The resources of the benchmark's contract: each carries a number where it costs nothing to find.</summary>
internal static class BenchResources
{
    public static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"c-{index:00000}");

    public static Resource Cluster(string name, int value)
    {
        var cluster = new Cluster
        {
            Name = name,
            ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1000 + value)),
            Type = Envoy.Config.Cluster.V3.Cluster.Types.DiscoveryType.Eds,
            EdsClusterConfig = new() { EdsConfig = new ConfigSource { ResourceApiVersion = ApiVersion.V3, Ads = new() } },
        };
        return Resource.Create(ResourceType.Cluster, name, cluster, [], [new ResourceName(ResourceType.Endpoint, name)]);
    }

    public static Resource Assignment(string name, int value, int endpoints)
    {
        var index = IndexOf(name);
        var locality = new LocalityLbEndpoints();
        for (var i = 0; i < endpoints; i++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"10.{(index >> 8) & 255}.{index & 255}.{i}");
            locality.LbEndpoints.Add(new LbEndpoint
            {
                Endpoint = new() { Address = new Address { SocketAddress = new SocketAddress { Address = address, PortValue = 8080 } } },
            });
        }

        var assignment = new ClusterLoadAssignment { ClusterName = name, Endpoints = { locality }, Policy = new() { OverprovisioningFactor = (uint)(100 + value) } };
        return Resource.Create(ResourceType.Endpoint, name, assignment, [], []);
    }

    private static int IndexOf(string name) => int.TryParse(name.AsSpan(2), CultureInfo.InvariantCulture, out var index) ? index : 0;
}
