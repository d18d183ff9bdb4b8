using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.Pipeline;

/// <summary>The two pure functions that the pipeline drives.</summary>
/// <param name="Compose">Merges what all sources know; the previous model only lends its unchanged instances.</param>
/// <param name="Translate">Makes snapshots for the groups; the previous translation only lends its unchanged layers.</param>
public sealed record MeshStages(
    Func<IReadOnlyList<MeshFragment>, MeshModel?, MeshModel> Compose,
    Func<MeshModel, IReadOnlyCollection<ProxyGroupKey>, Translation?, Translation> Translate);
