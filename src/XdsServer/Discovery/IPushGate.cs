using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Says whether a change may go to the client now: make before break, decided by what the client has acknowledged.
/// </summary>
internal interface IPushGate
{
    /// <summary>No addition of this type waits now. Removals are asked for one by one.</summary>
    bool IsOpen(ResourceType type);

    /// <summary>Null when the client may have this resource now; otherwise what it waits for.</summary>
    /// <param name="resource">What would be sent.</param>
    /// <param name="isHeld">The client holds some form of it already.</param>
    /// <param name="since">When it began to wait.</param>
    Hold? WhatHolds(Resource resource, bool isHeld, TimeSpan since);

    /// <summary>Null when the client may lose this resource now; otherwise what it waits for.</summary>
    Hold? WhatNeeds(ResourceName name, TimeSpan since);
}

/// <summary>Why a change waits.</summary>
/// <param name="Reason">For people, to follow "waits for".</param>
/// <param name="Until">When the limit of the wait is reached.</param>
/// <param name="Yields">At the limit the change goes out; otherwise it stays withheld and is reported.</param>
/// <param name="LookAgain">When the answer may be another although the client said nothing; null: at the limit.</param>
internal readonly record struct Hold(string Reason, TimeSpan Until, bool Yields, TimeSpan? LookAgain = null);

/// <summary>Everything may go at once: for one-shot answers and one-type streams.</summary>
internal sealed class OpenGate : IPushGate
{
    public static readonly OpenGate Instance = new();

    public bool IsOpen(ResourceType type) => true;

    public Hold? WhatHolds(Resource resource, bool isHeld, TimeSpan since) => null;

    public Hold? WhatNeeds(ResourceName name, TimeSpan since) => null;
}
