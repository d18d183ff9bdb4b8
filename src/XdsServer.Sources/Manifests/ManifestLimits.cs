namespace XdsServer.Sources.Manifests;

/// <summary>What one file may cost at most. Whatever exceeds a limit is left out with a diagnostic.</summary>
public sealed record ManifestLimits
{
    /// <summary>The limits in force unless options say otherwise.</summary>
    public static readonly ManifestLimits Default = new();

    /// <summary>The largest file that is read.</summary>
    public int MaxFileBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How deep lists and objects may nest.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>How many documents a file may hold.</summary>
    public int MaxDocuments { get; init; } = 100_000;

    /// <summary>How many nodes the aliases of one document may stand for when written out.</summary>
    public int MaxAliasNodes { get; init; } = 10_000;
}
