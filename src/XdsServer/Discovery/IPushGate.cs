using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Says whether a change may go to the client now: make before break, decided by what the client has acknowledged.
/// </summary>
internal interface IPushGate
{
    /// <summary>Nothing of this type waits now, neither additions nor removals.</summary>
    bool IsOpen(ResourceType type);

    /// <summary>Null when the client may have this resource now; otherwise what it waits for, for people.</summary>
    /// <param name="resource">What would be sent.</param>
    /// <param name="isHeld">The client holds some form of it already.</param>
    /// <param name="since">When it began to wait.</param>
    string? WhatHolds(Resource resource, bool isHeld, TimeSpan since);

    /// <summary>Null when the client may lose this resource now; otherwise what it waits for, for people.</summary>
    string? WhatNeeds(ResourceName name, TimeSpan since);
}

/// <summary>Everything may go at once: for one-shot answers.</summary>
internal sealed class OpenGate : IPushGate
{
    public static readonly OpenGate Instance = new();

    public bool IsOpen(ResourceType type) => true;

    public string? WhatHolds(Resource resource, bool isHeld, TimeSpan since) => null;

    public string? WhatNeeds(ResourceName name, TimeSpan since) => null;
}
