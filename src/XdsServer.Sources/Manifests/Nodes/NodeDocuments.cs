namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>Why a text could not become nodes.</summary>
internal sealed record SyntaxProblem(string Code, Mark At, string Message, string Remedy);

/// <summary>The documents that could be read before the first problem, if there was one.</summary>
internal sealed record NodeDocuments(IReadOnlyList<ManifestNode> Roots, SyntaxProblem? Problem);
