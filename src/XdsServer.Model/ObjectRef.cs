namespace XdsServer.Model;

/// <summary>
/// Names one object of one source, for example <c>MeshService demo/web (files)</c>. It travels with everything that is made from
/// the object, so that a rejected resource can be traced back to what somebody wrote.
/// </summary>
/// <param name="Kind">The kind as written, for example <c>MeshService</c>.</param>
/// <param name="Namespace">Empty for cluster-wide objects.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Source">The name of the source that it was read from.</param>
public readonly record struct ObjectRef(string Kind, string Namespace, string Name, string Source) : IComparable<ObjectRef>
{
    /// <summary>Ordinal: by namespace, name, kind, source.</summary>
    public int CompareTo(ObjectRef other)
    {
        var order = string.CompareOrdinal(Namespace, other.Namespace);
        order = order != 0 ? order : string.CompareOrdinal(Name, other.Name);
        order = order != 0 ? order : string.CompareOrdinal(Kind, other.Kind);
        return order != 0 ? order : string.CompareOrdinal(Source, other.Source);
    }

    /// <remarks>Kind and source tell few objects apart and would double the cost of every look-up.</remarks>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Namespace, StringComparison.Ordinal), string.GetHashCode(Name, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() =>
        Namespace.Length == 0 ? $"{Kind} {Name} ({Source})" : $"{Kind} {Namespace}/{Name} ({Source})";
}
