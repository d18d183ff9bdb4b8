using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Profiles;
using XdsServer.Translators.Raw;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators;

/// <summary>A group's snapshot with what it was made from. When only the mesh layer is another, the others are taken as they are.</summary>
internal sealed class GroupTranslation
{
    private readonly GroupInputs _inputs;
    private readonly ResourceLayer _mesh;
    private readonly ImmutableArray<MemoizedLayer> _own;
    private readonly bool _isPatched;

    private GroupTranslation(GroupInputs inputs, ResourceLayer mesh, ImmutableArray<MemoizedLayer> own, bool isPatched, Snapshot snapshot, ImmutableArray<MissingReference> missing) =>
        (_inputs, _mesh, _own, _isPatched, Snapshot, Missing) = (inputs, mesh, own, isPatched, snapshot, missing);

    /// <summary>What the group's proxies get.</summary>
    public Snapshot Snapshot { get; }

    /// <summary>What its raw and patched resources name without its proxies having that.</summary>
    public ImmutableArray<MissingReference> Missing { get; }

    /// <summary>The group's snapshot; <paramref name="previous"/> itself when nothing that the group sees has changed.</summary>
    public static GroupTranslation Translate(ProxyGroupKey group, TranslationContext context, GroupTranslation? previous)
    {
        var inputs = new GroupInputs(context.Structure, context.Entry(group), context.EntriesOnMachine(group));
        var mesh = context.Outbound.Layer;
        return previous is null || !previous._inputs.IsSame(inputs) || (previous._isPatched && !ReferenceEquals(previous._mesh, mesh))
            ? Make(group, inputs, context, previous)
            : previous.On(mesh, inputs, context);
    }

    private static GroupTranslation Make(ProxyGroupKey group, GroupInputs inputs, TranslationContext context, GroupTranslation? previous)
    {
        var layers = ProfileLayers.Of(group, context);
        var patched = RawLayers.Apply(group, layers, context);
        var all = SecretLayer.Append(group, patched, context);
        var snapshot = Snapshot.Create(all, previous?.Snapshot);
        var isPatched = patched != layers;
        var missing = isPatched ? RawLayers.MissingReferencesOf(group, snapshot, context) : [];
        return new GroupTranslation(inputs, context.Outbound.Layer, context.TakeUsed(), isPatched, snapshot, missing);
    }

    private GroupTranslation On(ResourceLayer mesh, GroupInputs inputs, TranslationContext context)
    {
        context.Keep(_own);
        if (ReferenceEquals(mesh, _mesh))
        {
            return this;
        }

        var layers = Snapshot.Layers.SetItem(Snapshot.Layers.IndexOf(_mesh), mesh);
        return new GroupTranslation(inputs, mesh, _own, _isPatched, Snapshot.Create(layers, Snapshot), Missing);
    }

    private readonly record struct GroupInputs(MeshStructure Structure, ServiceEntry? Entry, SameObjects<ServiceEntry>? Machine)
    {
        public bool IsSame(GroupInputs other) =>
            ReferenceEquals(Structure, other.Structure) && ReferenceEquals(Entry, other.Entry) && Equals(Machine, other.Machine);
    }
}
