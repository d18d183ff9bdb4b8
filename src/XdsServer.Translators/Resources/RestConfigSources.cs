using System.Collections;
using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Resources;

/// <summary>
/// A snapshot for proxies that poll over REST. They have no aggregated stream, so whatever tells an Envoy to ask on that stream for
/// more (a cluster for its endpoints, a listener for its routes) is made to tell it to poll the same control plane instead.
/// </summary>
public static class RestConfigSources
{
    /// <summary>The cluster of the control plane in every bootstrap that we write.</summary>
    private const string XdsCluster = "xds";

    private static readonly ResourceType[] Naming = [ResourceType.Cluster, ResourceType.Listener];

    /// <summary>The same resources with REST sources. Layers that were rewritten for the previous snapshot are reused.</summary>
    /// <param name="snapshot">What proxies with a stream get.</param>
    /// <param name="previous">The pair of the last call: what it was given, and what it returned.</param>
    public static Snapshot Rewrite(Snapshot snapshot, (Snapshot Given, Snapshot Made)? previous)
    {
        var layers = snapshot.Layers.Select(layer => Rewrite(layer, previous)).ToImmutableArray();
        return Snapshot.Create(layers, previous?.Made);
    }

    private static ResourceLayer Rewrite(ResourceLayer layer, (Snapshot Given, Snapshot Made)? previous)
    {
        var known = previous is { } p ? p.Given.Layers.IndexOf(layer) : -1;
        if (known >= 0)
        {
            return previous!.Value.Made.Layers[known];
        }

        var before = previous?.Made.Layers.FirstOrDefault(l => l.Scope == layer.Scope);
        return ResourceLayer.Create(layer.Scope, ResourceType.All.SelectMany(t => layer[t].Sorted).Select(Rewrite), before);
    }

    private static Resource Rewrite(Resource resource)
    {
        if (!Naming.Contains(resource.Type))
        {
            return resource;
        }

        var message = MessageTypes.Decode(resource);
        var isTrimmed = message is Cluster cluster && KeepFirstPolicy(cluster);
        return Replace(message) | isTrimmed ? Resource.Create(resource.Type, resource.Name, message, resource.Origins, resource.References) : resource;
    }

    // Envoy uses the first policy and skips those that it does not know, but as JSON an unknown type makes it refuse the whole answer.
    private static bool KeepFirstPolicy(Cluster cluster)
    {
        var policies = cluster.LoadBalancingPolicy?.Policies;
        if (policies is not { Count: > 1 })
        {
            return false;
        }

        var first = policies[0];
        policies.Clear();
        policies.Add(first);
        return true;
    }

    /// <returns>True when something was replaced.</returns>
    private static bool Replace(IMessage message)
    {
        switch (message)
        {
            case ConfigSource { Ads: not null } source:
                source.ApiConfigSource = Rest();
                return true;
            case Any any:
                return ReplaceInside(any);
            default:
                var isChanged = false;
                foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
                {
                    foreach (var value in Messages(field.Accessor.GetValue(message)))
                    {
                        isChanged |= Replace(value);
                    }
                }

                return isChanged;
        }
    }

    private static bool ReplaceInside(Any any)
    {
        if (MessageTypes.Unpack(any) is not { } inner || !Replace(inner))
        {
            return false;
        }

        any.Value = inner.ToByteString();
        return true;
    }

    private static IEnumerable<IMessage> Messages(object? value) => value switch
    {
        IMessage message => [message],
        IDictionary map => map.Values.OfType<IMessage>(),
        IEnumerable list and not string and not ByteString => list.OfType<IMessage>(),
        _ => [],
    };

    private static ApiConfigSource Rest() => new()
    {
        ApiType = ApiConfigSource.Types.ApiType.Rest,
        TransportApiVersion = ApiVersion.V3,
        ClusterNames = { XdsCluster },
        RefreshDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        RequestTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
    };
}
