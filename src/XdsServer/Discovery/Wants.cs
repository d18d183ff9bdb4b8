using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>What a client wants of one type.</summary>
internal readonly record struct Want(ResourceType Type, bool IsWildcard, NameList Names);

/// <summary>What a client wants of all types. Equal for all who want the same.</summary>
internal sealed class Wants(ImmutableArray<Want> wants) : IEquatable<Wants>
{
    private readonly int _hash = HashOf(wants);

    /// <summary>One for each type that it asked for.</summary>
    public ImmutableArray<Want> ByType { get; } = wants;

    /// <inheritdoc/>
    public bool Equals(Wants? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && ByType.AsSpan().SequenceEqual(other.ByType.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Wants);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    private static int HashOf(ImmutableArray<Want> wants)
    {
        var hash = default(HashCode);
        foreach (var want in wants)
        {
            hash.Add(want);
        }

        return hash.ToHashCode();
    }
}
