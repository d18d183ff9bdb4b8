using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Listeners;

/// <summary>What listeners look at before they choose a filter chain.</summary>
internal static class ListenerFilters
{
    /// <summary>Restores the address that a redirected connection was meant for.</summary>
    public static ListenerFilter OriginalDst() =>
        new() { Name = "envoy.filters.listener.original_dst", TypedConfig = Any.Pack(new OriginalDst()) };
}
