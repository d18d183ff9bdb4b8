using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>What decoders need to know of where an object comes from, and where they say what is wrong with it.</summary>
internal sealed class DecodeContext(string source, string? file)
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>The source's name.</summary>
    public string Source { get; } = source;

    /// <summary>The file being read; null for sources without files.</summary>
    public string? File { get; } = file;

    /// <summary>The object being read; null until its name is known.</summary>
    public ObjectRef? Object { get; set; }

    /// <summary>The location of a node; null for sources without files.</summary>
    public SourceLocation? Locate(Mark at) => File is null ? null : new SourceLocation(File, at.Line, at.Column);

    /// <summary>Something was left out.</summary>
    public void Error(string code, FieldPath field, Mark at, string message, string remedy) =>
        Report(Severity.Error, code, field, at, message, remedy);

    /// <summary>It works, but not as its author may think.</summary>
    public void Warn(string code, FieldPath field, Mark at, string message, string remedy) =>
        Report(Severity.Warning, code, field, at, message, remedy);

    /// <summary>Reports anything.</summary>
    public void Report(Severity severity, string code, FieldPath field, Mark at, string message, string remedy) => _diagnostics.Add(new Diagnostic
    {
        Severity = severity,
        Code = code,
        Message = message,
        Remedy = remedy,
        Object = Object,
        Field = field.ToString(),
        Location = Locate(at),
    });

    /// <summary>What was reported since the last call.</summary>
    public ImmutableArray<Diagnostic> TakeDiagnostics()
    {
        ImmutableArray<Diagnostic> taken = [.. _diagnostics];
        _diagnostics.Clear();
        return taken;
    }
}
