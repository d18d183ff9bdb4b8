using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Raw;

namespace XdsServer.Translators;

/// <summary>
/// Turns the mesh into what each proxy group gets. Pure: the same model gives the same bytes on every machine. A model becomes
/// catalogs (parts that keep their instance while nothing in them changes), catalogs become layers (made once, shared by all groups
/// that see them), layers become snapshots.
/// </summary>
public static class MeshTranslator
{
    /// <summary>
    /// One snapshot for each group. <paramref name="previous"/> saves work and changes nothing: whatever is made from the same
    /// instances as then is the same instance as then, so an unchanged group keeps its snapshot.
    /// </summary>
    public static Translation Translate(MeshModel model, IReadOnlyCollection<ProxyGroupKey> groups, Translation? previous)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(groups);
        var memo = previous?.Memo;
        var context = new TranslationContext(model, groups, memo);
        var translated = groups.Select(g => GroupTranslation.Translate(g, context, memo?.Groups.GetValueOrDefault(g))).ToImmutableArray();
        var byGroup = memo?.Groups is SharedKeyDictionary<ProxyGroupKey, GroupTranslation> before && before.Keys.SequenceEqual(groups)
            ? before.With(translated)
            : new SharedKeyDictionary<ProxyGroupKey, GroupTranslation>(groups, translated);
        var snapshots = new GroupSnapshots(byGroup);
        var missing = groups.Zip(translated, (group, translation) => (group, translation.Missing));
        var diagnostics = context.Diagnostics([.. RawLayers.UnmatchedPatches(model, snapshots), .. MissingReferences.Diagnostics(missing)], memo?.Diagnostics);
        return new Translation { Snapshots = snapshots, Diagnostics = diagnostics.Sorted, Memo = context.ToMemo(byGroup, diagnostics) };
    }
}
