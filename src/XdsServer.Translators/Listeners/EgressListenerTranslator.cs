using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Routes;

namespace XdsServer.Translators.Listeners;

/// <summary>All that an explicit sidecar's egress listener is made from.</summary>
internal sealed record EgressListenerInputs(ObjectRef Config, int EgressPort);

/// <summary>The listener that the application of an explicit sidecar sends its HTTP requests to.</summary>
internal static class EgressListenerTranslator
{
    /// <summary>Its name, the same for every proxy.</summary>
    public const string Name = "egress";

    /// <summary>HTTP on <c>127.0.0.1:egress_port</c>, routed by <c>Host</c>.</summary>
    public static void Explicit(EgressListenerInputs inputs, LayerBuilder builder)
    {
        var listener = new Listener
        {
            Name = Name,
            Address = Addresses.Of("127.0.0.1", inputs.EgressPort),
            TrafficDirection = TrafficDirection.Outbound,
            FilterChains = { new FilterChain { Filters = { HttpConnections.Filter(HttpConnections.Create(Name, EgressRouteTranslator.Name)) } } },
        };
        builder.Add(ResourceType.Listener, Name, listener, inputs.Config);
    }
}
