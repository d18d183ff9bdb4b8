namespace XdsServer.Translators.Resources;

/// <summary>
/// The resources of one scope: what the whole mesh shares, what one namespace shares, what is one workload's own. Many snapshots
/// hold the same layer, so ten thousand clusters exist once. Immutable; unchanged content keeps its instance.
/// </summary>
public sealed class ResourceLayer
{
    private readonly ResourceSet[] _sets;

    private ResourceLayer(string scope, ResourceSet[] sets)
    {
        Scope = scope;
        _sets = sets;
    }

    /// <summary>For people: <c>mesh</c>, <c>namespace demo</c>, …</summary>
    public string Scope { get; }

    /// <summary>The layer's resources of a type.</summary>
    public ResourceSet this[ResourceType type] => _sets[type.Index];

    /// <summary>True when another layer is known to hold resources of the same names; false when that would have to be found out.</summary>
    internal bool HasSameNames(ResourceLayer other)
    {
        for (var i = 0; i < _sets.Length; i++)
        {
            if (!_sets[i].HasSameNames(other._sets[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A layer of these; <paramref name="previous"/> itself when nothing changed.</summary>
    /// <exception cref="ArgumentException">Two resources of one type have the same name.</exception>
    public static ResourceLayer Create(string scope, IEnumerable<Resource> resources, ResourceLayer? previous)
    {
        var byType = resources.ToLookup(r => r.Type.Index);
        var sets = new ResourceSet[ResourceType.All.Count];
        var isSame = previous is not null && previous.Scope == scope;
        for (var i = 0; i < sets.Length; i++)
        {
            var before = previous?._sets[i] ?? ResourceSet.Empty;
            sets[i] = ResourceSet.Create(byType[i], before);
            isSame &= ReferenceEquals(sets[i], before);
        }

        return isSame ? previous! : new ResourceLayer(scope, sets);
    }

    /// <summary>
    /// This layer with some resources added or replaced and some taken away; the cost does not grow with the resources that stay. This layer
    /// itself when nothing changes.
    /// </summary>
    public ResourceLayer With(IReadOnlyCollection<Resource> put, IReadOnlyCollection<ResourceName> remove)
    {
        var sets = (ResourceSet[])_sets.Clone();
        foreach (var type in put.Select(r => r.Type).Concat(remove.Select(n => n.Type)).Distinct())
        {
            sets[type.Index] = sets[type.Index].With([.. put.Where(r => r.Type == type)], [.. remove.Where(n => n.Type == type).Select(n => n.Name)]);
        }

        return sets.AsSpan().SequenceEqual(_sets) ? this : new ResourceLayer(Scope, sets);
    }
}
