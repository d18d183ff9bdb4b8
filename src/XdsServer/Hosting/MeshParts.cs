using XdsServer.Model;
using XdsServer.Pipeline;

namespace XdsServer.Hosting;

/// <summary>What the host runs between its sources and its listeners; tests may put in their own.</summary>
/// <param name="Sources">In order of precedence.</param>
/// <param name="Stages">Compose and translate.</param>
public sealed record MeshParts(IReadOnlyList<IMeshSource> Sources, MeshStages Stages);
