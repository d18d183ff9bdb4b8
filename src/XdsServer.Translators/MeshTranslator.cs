using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Profiles;
using XdsServer.Translators.Raw;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Secrets;

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
        var context = new TranslationContext(model, previous?.Memo);
        var snapshots = new Dictionary<ProxyGroupKey, Snapshot>(groups.Count);
        foreach (var group in groups)
        {
            var layers = SecretLayer.Append(group, RawLayers.Apply(group, ProfileLayers.Of(group, context), context), context);
            snapshots[group] = Snapshot.Create(layers, previous?.Snapshots.GetValueOrDefault(group));
        }

        var unmatched = RawLayers.UnmatchedPatches(model, snapshots);
        return new Translation { Snapshots = snapshots, Diagnostics = context.Diagnostics(unmatched), Memo = context.ToMemo() };
    }
}
