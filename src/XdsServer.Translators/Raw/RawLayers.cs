using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Limits;

namespace XdsServer.Translators.Raw;

/// <summary>
/// What <see cref="EnvoyResource"/>s add to a proxy group and change of it. Groups that none selects keep their layers, the shared
/// mesh layer included; a layer that is patched is copied once for all groups with the same selection.
/// </summary>
internal static class RawLayers
{
    private const string ScopePrefix = "raw ";

    /// <summary>The group's layers, patched, and one more with the raw resources.</summary>
    public static ImmutableArray<ResourceLayer> Apply(ProxyGroupKey group, ImmutableArray<ResourceLayer> layers, TranslationContext context)
    {
        var objects = Selected(group, context);
        if (objects.IsEmpty)
        {
            return layers;
        }

        var selection = new SameObjects<EnvoyResource>(objects);
        var names = string.Join(' ', objects.Select(o => o.Ref.ToString()));
        var patched = layers.Select(l => IsTarget(l, objects) ? context.Layer($"{l.Scope} patched by {names}", new PatchInputs(l, selection), i => RawPatches.Apply(i.Layer, i.Objects.Items)) : l);
        return AddResources([.. patched], selection, names, context);
    }

    /// <summary>What the group's raw resources and patched resources name without its proxies having that.</summary>
    public static ImmutableArray<MissingReference> MissingReferencesOf(ProxyGroupKey group, Snapshot snapshot, TranslationContext context) =>
        MissingReferences.Of(snapshot, Selected(group, context));

    /// <summary>The layer is one of raw resources.</summary>
    public static bool HasRawResources(ResourceLayer layer) => layer.Scope.StartsWith(ScopePrefix, StringComparison.Ordinal);

    /// <summary>Patches whose target none of the proxies that they select has.</summary>
    public static IEnumerable<Diagnostic> UnmatchedPatches(MeshModel model, IReadOnlyDictionary<ProxyGroupKey, Snapshot> snapshots)
    {
        foreach (var placed in RawPatches.Of(model.EnvoyResources))
        {
            var selected = snapshots.Where(s => Selects(placed.Object, s.Key, model.Config)).ToList();
            if (placed.TargetType is not { } type || (selected.Count > 0 && selected.All(s => s.Value.Find(type, placed.Patch.TargetName) is null)))
            {
                yield return RawDiagnostics.NoTarget(placed.Object, placed.Field, placed.Patch);
            }
        }
    }

    private static ImmutableArray<EnvoyResource> Selected(ProxyGroupKey group, TranslationContext context) =>
        context.Structure.EnvoyResources.IsEmpty ? [] : [.. context.Structure.EnvoyResources.Where(r => Selects(r, group, context.Structure.Config))];

    private static bool Selects(EnvoyResource resource, ProxyGroupKey group, MeshConfig config) =>
        (resource.Namespace == group.Namespace || resource.Namespace == config.RootNamespace)
        && (resource.Profile.Length == 0 || string.Equals(resource.Profile, group.Profile.ToString(), StringComparison.OrdinalIgnoreCase))
        && (resource.Service.Length == 0 || resource.Service == group.Service);

    private static bool IsTarget(ResourceLayer layer, ImmutableArray<EnvoyResource> objects) =>
        RawPatches.Of(objects).Any(p => p.TargetType is { } type && layer[type].Find(p.Patch.TargetName) is not null);

    private static ImmutableArray<ResourceLayer> AddResources(
        ImmutableArray<ResourceLayer> layers, SameObjects<EnvoyResource> selection, string names, TranslationContext context)
    {
        if (selection.Items.All(o => o.Resources.IsEmpty))
        {
            return layers;
        }

        var raw = context.Layer($"{ScopePrefix}{names}", selection, Read);
        var taken = ResourceType.All
            .SelectMany(t => raw[t].Sorted)
            .Where(r => layers.Any(l => l[r.Type].Find(r.Name) is not null))
            .Select(r => $"{r.Type.Index} {r.Name}")
            .ToList();
        return layers.Add(taken.Count == 0
            ? raw
            : context.Layer($"{ScopePrefix}{names} without {string.Join(' ', taken)}", new UntakenInputs(raw, string.Join('\n', taken)), LeaveOut));
    }

    private static LayerContent Read(SameObjects<EnvoyResource> selection)
    {
        var builder = new LayerBuilder();
        var seen = new HashSet<ResourceName>();
        foreach (var source in selection.Items)
        {
            for (var i = 0; i < source.Resources.Length; i++)
            {
                var field = string.Create(CultureInfo.InvariantCulture, $"spec.resources[{i}]");
                var (resource, problems) = RawResourceReader.Read(source.Resources[i]);
                RawDiagnostics.UnusableResource(source, field, problems).ToList().ForEach(builder.Report);
                if (resource is null)
                {
                    continue;
                }

                if (!seen.Add(new ResourceName(resource.Type, resource.Name)))
                {
                    builder.Report(RawDiagnostics.Repeated(source, field, resource));
                    continue;
                }

                DeprecatedFields.Find(resource.Message).ToList().ForEach(path => builder.Report(RawDiagnostics.Deprecated(source, $"{field}.{path}")));
                builder.Add(resource.Type, resource.Name, resource.Message, source.Ttl, source.Ref);
            }
        }

        return builder.ToContent();
    }

    private static LayerContent LeaveOut(UntakenInputs inputs)
    {
        var taken = inputs.Taken.Split('\n').ToHashSet(StringComparer.Ordinal);
        var resources = ResourceType.All.SelectMany(t => inputs.Layer[t].Sorted).ToLookup(r => taken.Contains($"{r.Type.Index} {r.Name}"));
        return new LayerContent([.. resources[false]], [.. resources[true].Select(r => RawDiagnostics.NameTaken(r.Origins[0], r))]);
    }

    private sealed record PatchInputs(ResourceLayer Layer, SameObjects<EnvoyResource> Objects);

    private sealed record UntakenInputs(ResourceLayer Layer, string Taken);
}
