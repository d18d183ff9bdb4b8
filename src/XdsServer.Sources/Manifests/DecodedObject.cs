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

    /// <summary>True when an object that was meant is not among <see cref="Objects"/>: one that was there before is then not gone but unreadable.</summary>
    public bool IsBroken { get; init; }
}
