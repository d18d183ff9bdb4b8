namespace XdsServer.Translators.Raw;

/// <summary>What is wrong with raw content.</summary>
/// <param name="Path">Where, below the content, for example <c>filter_chains[0].filterz</c>.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record RawProblem(string Path, string Message, string Remedy);
