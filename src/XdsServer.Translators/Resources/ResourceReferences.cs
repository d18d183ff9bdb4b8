using System.Collections;
using System.Collections.Immutable;
using Envoy.Config.Cluster.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Resources;

/// <summary>
/// The resources that a message names, however deep, also inside an Any: what must be there before the message may be sent, and
/// what may not go while it is in use.
/// </summary>
/// <remarks>
/// Clusters name load assignments and secrets; listeners route configurations, extension configurations, secrets and (in TCP
/// proxies) clusters; routes clusters; scoped routes route configurations. What a <c>TypedStruct</c> names is not known here.
/// </remarks>
public static class ResourceReferences
{
    /// <summary>Each name once, sorted by type in push order, then ordinally by name.</summary>
    public static ImmutableArray<ResourceName> Of(IMessage message)
    {
        var found = new HashSet<ResourceName>();
        Visit(message, found);
        return [.. found.OrderBy(r => r.Type.Index).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    private static void Visit(IMessage message, HashSet<ResourceName> found)
    {
        switch (message)
        {
            case Any any:
                VisitInside(any, found);
                return;
            case Cluster { Type: Cluster.Types.DiscoveryType.Eds, ClusterDiscoveryTypeCase: Cluster.ClusterDiscoveryTypeOneofCase.Type } cluster:
                var serviceName = cluster.EdsClusterConfig?.ServiceName ?? "";
                found.Add(new ResourceName(ResourceType.Endpoint, serviceName.Length > 0 ? serviceName : cluster.Name));
                break;
            case SdsSecretConfig { SdsConfig: not null } secret:
                found.Add(new ResourceName(ResourceType.Secret, secret.Name));
                return;
        }

        foreach (var field in ReferenceFields.PathsFrom(message.Descriptor))
        {
            Visit(message, field, found);
        }
    }

    private static void VisitInside(Any any, HashSet<ResourceName> found)
    {
        if (MessageTypes.FromTypeUrl(any.TypeUrl) is { } type && ReferenceFields.PathsFrom(type).Count > 0 && MessageTypes.Unpack(any) is { } inner)
        {
            Visit(inner, found);
        }
    }

    private static void Visit(IMessage message, FieldDescriptor field, HashSet<ResourceName> found)
    {
        if (ReferenceFields.NamedBy(field) is { } type)
        {
            var name = (string)field.Accessor.GetValue(message);
            if (name.Length > 0)
            {
                found.Add(new ResourceName(type, name));
            }

            return;
        }

        if (field.Name == ReferenceFields.ConfigDiscovery)
        {
            VisitDiscovered(message, field, found);
            return;
        }

        foreach (var value in Values(field.Accessor.GetValue(message)))
        {
            Visit(value, found);
        }
    }

    private static void VisitDiscovered(IMessage filter, FieldDescriptor field, HashSet<ResourceName> found)
    {
        if (field.Accessor.GetValue(filter) is IMessage && filter.Descriptor.FindFieldByName("name") is { } name)
        {
            found.Add(new ResourceName(ResourceType.ExtensionConfig, (string)name.Accessor.GetValue(filter)));
        }
    }

    private static IEnumerable<IMessage> Values(object? value) => value switch
    {
        IMessage message => [message],
        IDictionary map => map.Values.OfType<IMessage>(),
        IEnumerable list => list.OfType<IMessage>(),
        _ => [],
    };
}
