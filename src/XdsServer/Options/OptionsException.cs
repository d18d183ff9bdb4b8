namespace XdsServer.Options;

/// <summary>Options that make no sense. Every problem names its key and the remedy.</summary>
public sealed class OptionsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One sentence or two for each key at fault.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
