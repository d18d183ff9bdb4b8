using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// A name for which the client does not, or not certainly, hold what the newest compared snapshot says. A stream in step has none.
/// </summary>
internal sealed class OpenItem
{
    /// <summary>The last form that the client is known to have accepted; null: none.</summary>
    public Resource? Held { get; init; }

    /// <summary>The client may hold something else than <see cref="Held"/>: after a NACK, or from before this stream.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>The client may well use some form of it, so that the wrong one would break something.</summary>
    public bool MayBeHeld => Held is not null || IsUncertain;

    /// <summary>It must be answered even if it does not exist or did not change.</summary>
    public bool IsOwed { get; init; }

    /// <summary>The content that the client rejected; it is not sent again (protocol duty 20).</summary>
    public ContentHash? Rejected { get; init; }

    /// <summary>When it began to wait.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>What it waits for, for people; null: for nothing but its turn.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>It has waited longer than its limit and goes on waiting.</summary>
    public bool IsOverdue { get; init; }
}
