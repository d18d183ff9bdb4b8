using System.Collections.Immutable;
using System.Text.Json;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary><c>EnvoyResource</c>: raw resources and patches. Their content is checked where Envoy's messages are known.</summary>
internal static class EnvoyResourceDecoder
{
    private static readonly string[] Profiles = ["sidecar", "transparent", "gateway", "node", "grpc"];
    private static readonly string[] TargetTypes = ["cluster", "listener", "route", "endpoint"];

    /// <summary>The usable resources and patches; nothing when there are none.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (manifest.Root.Object("spec") is not { } spec)
        {
            manifest.Root.Missing("spec", "Write 'resources' or 'patches' in 'spec'.");
            return [];
        }

        var selector = spec.Object("selector");
        var hasSelector = spec.Node.Find("selector") is not null;
        var profile = selector is null ? null : Word(selector, "profile", Profiles);
        var service = selector?.Text("service");
        selector?.RefuseUnknown();
        ImmutableArray<JsonElement> resources = [.. spec.Objects("resources").Where(HasType).Select(resource => NodeJson.Write(resource.Node))];
        var ttl = ReadTtl(spec);
        ImmutableArray<EnvoyPatch> patches = [.. spec.Objects("patches").Select(ReadPatch).OfType<EnvoyPatch>()];
        spec.RefuseUnknown();

        // A selector that cannot be read must not come to mean "every proxy".
        var isSelectorUsable = !hasSelector || (selector is not null && (profile is not null || selector.Node.Find("profile") is null) && (service is not null || selector.Node.Find("service") is null));
        if (!isSelectorUsable)
        {
            return [];
        }

        if (resources.IsEmpty && patches.IsEmpty)
        {
            spec.Missing("resources", "Write at least one usable resource or patch.");
            return [];
        }

        return [new EnvoyResource
        {
            Ref = manifest.Ref,
            Location = manifest.Location,
            Revision = manifest.StartHash().Add(spec.Node).ToString(),
            Namespace = manifest.Ref.Namespace,
            Profile = profile ?? "",
            Service = service?.Value ?? "",
            Resources = resources,
            Patches = patches,
            Ttl = ttl,
        }];
    }

    private static bool HasType(FieldReader resource)
    {
        if (resource.Node.Find("@type") is ScalarNode { Text: var type } && type.StartsWith("type.googleapis.com/", StringComparison.Ordinal))
        {
            return true;
        }

        resource.Missing("@type", "Say what it is, for example '\"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster'.");
        return false;
    }

    // Shorter ones would make more heartbeats than they are worth.
    private static TimeSpan? ReadTtl(FieldReader spec)
    {
        if (spec.Text("ttl") is not { } text)
        {
            return null;
        }

        if (Durations.Parse(text.Value) is { } ttl && ttl >= TimeSpan.FromSeconds(1))
        {
            return ttl;
        }

        spec.Context.Error(Codes.BadFormat, text.Path, text.At, $"'{text.Value}' is not a time to live: a duration of at least 1s.", "Write for example 'ttl: 30s'.");
        return null;
    }

    private static EnvoyPatch? ReadPatch(FieldReader patch)
    {
        var target = patch.Object("target");
        var type = target is null ? null : Word(target, "type", TargetTypes);
        var name = target?.RequiredText("name", "Write the resource's name, as 'XdsServer translate' shows it.");
        target?.RequirePresent("type", "Write cluster, listener, route or endpoint.");
        target?.RefuseUnknown();
        patch.RequirePresent("target", "Write 'target: {type: …, name: …}'.");
        var filter = patch.Object("httpFilter");
        var before = filter?.Text("before");
        filter?.RefuseUnknown();
        var merge = patch.Object("merge");
        var value = patch.Object("value");
        patch.RefuseUnknown();
        if (type is null || name is null)
        {
            return null;
        }

        if ((merge is null) == (filter is null && value is null) || (merge is null && value is null))
        {
            patch.Context.Error(Codes.Contradiction, patch.Path, patch.At, "A patch either merges fields or inserts an HTTP filter.", "Write 'merge: {…}', or 'httpFilter: {before: …}' with 'value: {…}'.");
            return null;
        }

        var made = new EnvoyPatch { TargetType = type, TargetName = name.Value.Value, Merge = Json(merge), HttpFilter = merge is null ? Json(value) : null };
        return before is { } place ? made with { InsertBefore = place.Value } : made;
    }

    private static JsonElement? Json(FieldReader? node) => node is null ? null : NodeJson.Write(node.Node);

    private static string? Word(FieldReader reader, string name, string[] known)
    {
        if (reader.Text(name) is not { } text)
        {
            return null;
        }

        if (known.Contains(text.Value, StringComparer.Ordinal))
        {
            return text.Value;
        }

        reader.Context.Error(Codes.UnknownValue, text.Path, text.At, $"'{text.Value}' is not a known value.", Nearest.Suggest(text.Value, known));
        return null;
    }
}
