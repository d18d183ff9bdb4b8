using System.Collections.Immutable;

namespace XdsServer.Translators.Layers;

/// <summary>Model objects as an input of a layer: equal to another list when it holds the same instances in the same order.</summary>
internal sealed class SameObjects<T>(ImmutableArray<T> items) : IEquatable<SameObjects<T>>
    where T : class
{
    /// <summary>The objects.</summary>
    public ImmutableArray<T> Items { get; } = items;

    /// <inheritdoc/>
    public bool Equals(SameObjects<T>? other) => other is not null && References.AreSame(Items, other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SameObjects<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Length;
}
