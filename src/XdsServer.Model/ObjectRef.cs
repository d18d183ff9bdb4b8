namespace XdsServer.Model;

/// <summary>
/// Names one object of one source, for example <c>MeshService demo/web (files)</c>. It travels with everything that is made from
/// the object, so that a rejected resource can be traced back to what somebody wrote.
/// </summary>
/// <param name="Kind">The kind as written, for example <c>MeshService</c>.</param>
/// <param name="Namespace">Empty for cluster-wide objects.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Source">The name of the source that it was read from.</param>
public readonly record struct ObjectRef(string Kind, string Namespace, string Name, string Source)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Namespace.Length == 0 ? $"{Kind} {Name} ({Source})" : $"{Kind} {Namespace}/{Name} ({Source})";
}
