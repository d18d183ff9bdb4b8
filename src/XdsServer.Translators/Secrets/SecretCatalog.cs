using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Secrets;

/// <summary>All secrets and whether they can be used. The same instance as before as long as every secret is; each is checked once.</summary>
internal sealed class SecretCatalog
{
    private readonly Dictionary<ServiceKey, CheckedSecret> _byKey;

    private SecretCatalog(ImmutableArray<MeshSecret> secrets, SecretCatalog? previous)
    {
        Secrets = secrets;
        _byKey = secrets.ToDictionary(s => s.Key, s => previous?.Find(s.Key) is { } old && ReferenceEquals(old.Secret, s) ? old : new CheckedSecret(s));
    }

    /// <summary>Sorted by key.</summary>
    public ImmutableArray<MeshSecret> Secrets { get; }

    /// <summary>The catalog of these secrets; <paramref name="previous"/> itself when none changed.</summary>
    public static SecretCatalog Create(ImmutableArray<MeshSecret> secrets, SecretCatalog? previous) =>
        previous is not null && References.AreSame(secrets, previous.Secrets) ? previous : new SecretCatalog(secrets, previous);

    /// <summary>The secret of that key, or null.</summary>
    public CheckedSecret? Find(ServiceKey key) => _byKey.GetValueOrDefault(key);
}

/// <summary>A secret and what is wrong with it.</summary>
internal sealed class CheckedSecret(MeshSecret secret)
{
    /// <summary>The secret.</summary>
    public MeshSecret Secret { get; } = secret;

    /// <summary>What is wrong with its certificate; null: it can be presented.</summary>
    public string? CertificateProblem { get; } = SecretCheck.CertificateProblem(secret);

    /// <summary>What is wrong with its roots; null: others can be verified with it.</summary>
    public string? RootsProblem { get; } = SecretCheck.RootsProblem(secret);
}
