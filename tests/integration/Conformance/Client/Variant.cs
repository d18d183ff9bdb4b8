namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>The two forms of every xDS stream.</summary>
public enum Variant
{
    /// <summary>State of the world: a request names the whole subscription, a response is <c>DiscoveryResponse</c>.</summary>
    Sotw,

    /// <summary>Incremental: a request edits the subscription, a response is <c>DeltaDiscoveryResponse</c>.</summary>
    Delta,
}
