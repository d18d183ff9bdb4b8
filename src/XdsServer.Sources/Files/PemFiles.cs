using XdsServer.Model;

namespace XdsServer.Sources.Files;

/// <summary>A certificate and key that a gateway names by path. The source reads them, so that a renewed certificate needs no edit.</summary>
internal sealed record PemFiles : MeshObject
{
    /// <summary>The secret that they become.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>The path of the chain, in full.</summary>
    public required string Certificate { get; init; }

    /// <summary>The path of the key, in full.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>Where the gateway says so.</summary>
    public required string Field { get; init; }
}
