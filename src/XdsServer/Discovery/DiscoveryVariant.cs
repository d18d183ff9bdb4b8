namespace XdsServer.Discovery;

/// <summary>Which of the two protocols a stream speaks.</summary>
public enum DiscoveryVariant
{
    /// <summary>State of the world: <c>DiscoveryRequest</c>, <c>DiscoveryResponse</c>.</summary>
    Sotw,

    /// <summary>Incremental: <c>DeltaDiscoveryRequest</c>, <c>DeltaDiscoveryResponse</c>.</summary>
    Delta,
}
