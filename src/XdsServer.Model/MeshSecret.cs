namespace XdsServer.Model;

/// <summary>Bytes that never print: logs, exceptions and dumps show a placeholder.</summary>
public sealed class SecretBytes(byte[] bytes)
{
    private readonly byte[] _bytes = bytes;

    /// <summary>The bytes themselves, for the one place that puts them on a wire.</summary>
    public ReadOnlyMemory<byte> Reveal() => _bytes;

    /// <summary>True when there is nothing in it.</summary>
    public bool IsEmpty => _bytes.Length == 0;

    /// <inheritdoc/>
    public override string ToString() => "[redacted]";
}

/// <summary>A certificate with its key, or trusted roots, or both. Everything in PEM.</summary>
public sealed record MeshSecret : MeshObject
{
    /// <summary>Namespace and name.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>Leaf first, then its chain; empty when there is none.</summary>
    public string CertificateChain { get; init; } = "";

    /// <summary>The leaf's private key.</summary>
    public SecretBytes PrivateKey { get; init; } = new([]);

    /// <summary>Trusted roots; empty when there are none.</summary>
    public string TrustedRoots { get; init; } = "";

    /// <summary>From when on the leaf is valid; null when there is no leaf.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when the leaf is valid; null when there is no leaf.</summary>
    public DateTimeOffset? NotAfter { get; init; }
}
