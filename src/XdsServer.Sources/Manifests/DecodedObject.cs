using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests;

/// <summary>What one manifest object became.</summary>
internal sealed record DecodedObject
{
    /// <summary>Which object it is.</summary>
    public required ObjectRef Ref { get; init; }

    /// <summary>Where it was read; null for sources without files.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The mesh objects that it stands for, in a fixed order.</summary>
    public required ImmutableArray<MeshObject> Objects { get; init; }
}

/// <summary>What one document became: an object, or those of a list.</summary>
internal sealed record DecodedDocument
{
    /// <summary>The objects that could be read.</summary>
    public ImmutableArray<DecodedObject> Objects { get; init; } = [];

    /// <summary>What is wrong with it.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Objects that are there but could not be read: what they said before still counts.</summary>
    public ImmutableArray<ObjectRef> Broken { get; init; } = [];

    /// <summary>True when something could not be read and nobody can say which object it was: it may be any that is missing now.</summary>
    public bool HidesObjects { get; init; }
}
