namespace XdsServer.Model;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing was left out.</summary>
    Info,

    /// <summary>The object works, but not as its author may think.</summary>
    Warning,

    /// <summary>The object, or a part of it, was left out.</summary>
    Error,
}

/// <summary>Where in a file something was read. Lines and columns count from 1.</summary>
public sealed record SourceLocation(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>
/// What is wrong with an input, as data: bad input never throws. It names the object, the field and the remedy.
/// </summary>
public sealed record Diagnostic
{
    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>A stable code, for example <c>XDS1003</c>; every code stands in <c>docs/diagnostics.md</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it, in one sentence.</summary>
    public required string Remedy { get; init; }

    /// <summary>The object at fault; null when no object could be read.</summary>
    public ObjectRef? Object { get; init; }

    /// <summary>The path of the field at fault, for example <c>spec.ports[0].port</c>; empty when it is the whole object.</summary>
    public string Field { get; init; } = "";

    /// <summary>Where it was read; null for sources without files.</summary>
    public SourceLocation? Location { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var at = Location is null ? "" : $"{Location}: ";
        var what = Object is null ? "" : $"{Object}: ";
        var field = Field.Length == 0 ? "" : $"{Field}: ";
        return $"{at}{Severity.ToString().ToLowerInvariant()} {Code}: {what}{field}{Message} {Remedy}";
    }
}
