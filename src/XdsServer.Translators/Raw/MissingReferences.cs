using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Raw;

/// <summary>A resource that an object made or patched, and what it names without its group having that.</summary>
internal sealed record MissingReference(ObjectRef Object, string Field, ResourceType Type, string Name, ResourceName Missing);

/// <summary>
/// What raw resources and patches name and nobody has. Envoy accepts a route to an unknown cluster and answers 503 (envoy-measured rule 12), so it is said here.
/// What the translators themselves make names nothing that is not there.
/// </summary>
internal static class MissingReferences
{
    /// <summary>Those of one group, by the objects that select it.</summary>
    public static ImmutableArray<MissingReference> Of(Snapshot snapshot, ImmutableArray<EnvoyResource> objects)
    {
        var missing = ImmutableArray.CreateBuilder<MissingReference>();
        foreach (var placed in RawPatches.Of(objects))
        {
            if (placed.TargetType is { } type && snapshot.Find(type, placed.Patch.TargetName) is { } patched)
            {
                AddTo(missing, placed.Object.Ref, placed.Field, patched, snapshot);
            }
        }

        foreach (var resource in snapshot.Layers.Where(RawLayers.HasRawResources).SelectMany(l => ResourceType.All.SelectMany(t => l[t].Sorted)))
        {
            AddTo(missing, resource.Origins[0], "spec.resources", resource, snapshot);
        }

        return missing.DrainToImmutable();
    }

    /// <summary>One diagnostic for each name that is missing, however many groups lack it.</summary>
    public static IEnumerable<Diagnostic> Diagnostics(IEnumerable<(ProxyGroupKey Group, ImmutableArray<MissingReference> Missing)> groups) =>
        groups.SelectMany(g => g.Missing.Select(m => (g.Group, Missing: m))).GroupBy(m => m.Missing, m => m.Group)
            .Select(m => RawDiagnostics.Unknown(m.Key, Groups([.. m])));

    private static void AddTo(ImmutableArray<MissingReference>.Builder missing, ObjectRef source, string field, Resource resource, Snapshot snapshot)
    {
        foreach (var reference in resource.References)
        {
            if (snapshot.Find(reference.Type, reference.Name) is null)
            {
                missing.Add(new MissingReference(source, field, resource.Type, resource.Name, reference));
            }
        }
    }

    private static string Groups(ImmutableArray<ProxyGroupKey> groups) =>
        groups.Length == 1 ? groups[0].ToString() : string.Create(CultureInfo.InvariantCulture, $"{groups[0]} and {groups.Length - 1} more");
}
