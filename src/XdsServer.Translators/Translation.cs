using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators;

/// <summary>What a model means for each proxy group, and what could not be translated.</summary>
public sealed class Translation
{
    /// <summary>One snapshot for each group that was asked for.</summary>
    public required IReadOnlyDictionary<ProxyGroupKey, Snapshot> Snapshots { get; init; }

    /// <summary>What was left out, and why.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>What the next translation can take over from this one.</summary>
    internal TranslationMemo? Memo { get; init; }
}
