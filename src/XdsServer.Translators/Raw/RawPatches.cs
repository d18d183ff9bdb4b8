using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Limits;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Raw;

/// <summary>One patch of one object.</summary>
internal sealed record PlacedPatch(EnvoyResource Object, int Index)
{
    /// <summary>The patch.</summary>
    public EnvoyPatch Patch => Object.Patches[Index];

    /// <summary>Its path in the object.</summary>
    public string Field => string.Create(CultureInfo.InvariantCulture, $"spec.patches[{Index}]");

    /// <summary>The type that it changes, or null when it names none.</summary>
    public ResourceType? TargetType => Patch.TargetType switch
    {
        "cluster" => ResourceType.Cluster,
        "endpoint" => ResourceType.Endpoint,
        "listener" => ResourceType.Listener,
        "route" => ResourceType.Route,
        _ => null,
    };
}

/// <summary>Applies patches to resources. A patch whose result Envoy would refuse is left out, the resource then stays as it was.</summary>
internal static class RawPatches
{
    /// <summary>All patches of these objects, in their order.</summary>
    public static IEnumerable<PlacedPatch> Of(ImmutableArray<EnvoyResource> objects) => objects.SelectMany(o => o.Patches.Select((_, i) => new PlacedPatch(o, i)));

    /// <summary>The layer's resources, those that are targets changed.</summary>
    public static LayerContent Apply(ResourceLayer layer, ImmutableArray<EnvoyResource> objects)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var changed = new Dictionary<ResourceName, Resource>();
        foreach (var placed in Of(objects))
        {
            if (placed.TargetType is { } type && (changed.GetValueOrDefault(new ResourceName(type, placed.Patch.TargetName)) ?? layer[type].Find(placed.Patch.TargetName)) is { } target)
            {
                changed[new ResourceName(type, target.Name)] = Apply(placed, target, diagnostics);
            }
        }

        var resources = ResourceType.All.SelectMany(t => layer[t].Sorted).Select(r => changed.GetValueOrDefault(new ResourceName(r.Type, r.Name), r));
        return new LayerContent([.. resources], diagnostics.ToImmutable());
    }

    private static Resource Apply(PlacedPatch placed, Resource target, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var message = MessageTypes.Decode(target);
        var before = DeprecatedFields.Find(message);
        var (field, problems) = Change(placed, message);
        if (problems.IsEmpty)
        {
            problems = Refusals(target, message);
        }

        if (!problems.IsEmpty)
        {
            diagnostics.AddRange(RawDiagnostics.UnusablePatch(placed.Object, field, problems));
            return target;
        }

        diagnostics.AddRange(DeprecatedFields.Find(message).Except(before, StringComparer.Ordinal).Select(path => RawDiagnostics.Deprecated(placed.Object, $"{field}.{path}")));
        return Resource.Create(target.Type, target.Name, message, [.. target.Origins, placed.Object.Ref], ResourceReferences.Of(message));
    }

    private static (string Field, ImmutableArray<RawProblem> Problems) Change(PlacedPatch placed, IMessage message) => (placed.Patch, message) switch
    {
        ({ Merge: { } merge }, _) => ($"{placed.Field}.merge", MessageMerge.Apply(message, merge)),
        ({ HttpFilter: { } filter }, Listener listener) => ($"{placed.Field}.value", HttpFilterInsertion.Apply(listener, filter, placed.Patch.InsertBefore)),
        ({ HttpFilter: not null }, _) => (placed.Field, [new RawProblem("httpFilter", "Only listeners have HTTP filters.", "Make the target a listener.")]),
        _ => (placed.Field, [new RawProblem("", "It says neither 'merge' nor 'httpFilter'.", "Say what to change.")]),
    };

    private static ImmutableArray<RawProblem> Refusals(Resource target, IMessage message)
    {
        var field = RawResourceReader.NameField(message.Descriptor);
        return (string)field.Accessor.GetValue(message) == target.Name
            ? RawResourceReader.Violations(message)
            : [new RawProblem(field.Name, "A patch cannot rename a resource.", "Remove the name from the patch.")];
    }
}
