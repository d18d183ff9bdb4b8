namespace XdsServer.Tests.Integration.Harness;

/// <summary>How an Envoy subscribes.</summary>
public enum Transport
{
    /// <summary>One stream, state of the world.</summary>
    SotwAds,

    /// <summary>One stream, differences.</summary>
    DeltaAds,

    /// <summary>A stream of its own for each type.</summary>
    Separate,

    /// <summary>Polling over HTTP.</summary>
    Rest,
}
