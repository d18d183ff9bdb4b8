namespace XdsServer.Model;

/// <summary>
/// What every object of the mesh carries. Objects are immutable; a source that reads the same content again hands out the same
/// instance again, so "did it change" is a comparison of references everywhere downstream.
/// </summary>
public abstract record MeshObject
{
    /// <summary>Which object of which source this is.</summary>
    public required ObjectRef Ref { get; init; }

    /// <summary>Differs whenever the content differs; equal content of one object has an equal revision.</summary>
    public required string Revision { get; init; }

    /// <summary>Where it was read; null for sources without files.</summary>
    public SourceLocation? Location { get; init; }
}
