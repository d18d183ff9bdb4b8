using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Runtime.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf.Reflection;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>How names and values are found in resources: the value as the control contract of the benchmark says it.</summary>
internal static class Synthetic
{
    /// <summary>The messages of all resource types, and what their typed configurations hold.</summary>
    public static readonly TypeRegistry Registry = TypeRegistry.FromMessages(
        Cluster.Descriptor, ClusterLoadAssignment.Descriptor, Listener.Descriptor, RouteConfiguration.Descriptor, ScopedRouteConfiguration.Descriptor,
        VirtualHost.Descriptor, Secret.Descriptor, Runtime.Descriptor, TypedExtensionConfig.Descriptor,
        HttpConnectionManager.Descriptor, Router.Descriptor);

    /// <summary>The contract's name of the cluster with that index.</summary>
    public static string Name(int index) => $"c-{index:00000}";

    /// <summary>The names of the first clusters of a world.</summary>
    public static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(Name)];

    public static string NameOf(Any any)
    {
        var message = any.Unpack(Registry) ?? throw new Xunit.Sdk.XunitException($"A response holds a {any.TypeUrl}.");
        var fields = message.Descriptor.Fields;
        var name = message.Descriptor.FindFieldByName("cluster_name") ?? message.Descriptor.FindFieldByName("name");
        return fields.InDeclarationOrder().Contains(name) ? (string)name.Accessor.GetValue(message) : string.Empty;
    }

    public static int ValueOf(Any any) =>
        any.TryUnpack<Cluster>(out var cluster) ? (int)(cluster.ConnectTimeout.ToTimeSpan() - TimeSpan.FromSeconds(1)).TotalMilliseconds
        : any.TryUnpack<ClusterLoadAssignment>(out var assignment) ? (int)(assignment.Policy?.OverprovisioningFactor ?? 100) - 100
        : throw new Xunit.Sdk.XunitException($"A {any.TypeUrl} carries no value.");
}
