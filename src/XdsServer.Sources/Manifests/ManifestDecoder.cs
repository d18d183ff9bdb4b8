using System.Collections.Frozen;
using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Kinds;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>
/// Objects to mesh objects: reads apiVersion, kind and metadata, then hands over to the decoder of the kind. One table lists all
/// kinds; a new kind is one line in it and one class. Files and the Kubernetes API go through here.
/// </summary>
internal static class ManifestDecoder
{
    /// <summary>The group of our own kinds.</summary>
    public const string OwnGroup = "mesh.xdscontrolplane.dev";

    private const string DefaultNamespace = "default";

    private static readonly FrozenDictionary<(string Group, string Kind), KindEntry> Kinds = new Dictionary<(string, string), KindEntry>
    {
        [(OwnGroup, "MeshService")] = new("v1alpha1", IsStrict: true, MeshServiceDecoder.Decode),
        [(OwnGroup, "MeshConfig")] = new("v1alpha1", IsStrict: true, MeshConfigDecoder.Decode),
        [(OwnGroup, "MeshGateway")] = new("v1alpha1", IsStrict: true, MeshGatewayDecoder.Decode),
    }.ToFrozenDictionary();

    /// <summary>Reads one document.</summary>
    public static DecodedDocument Decode(ManifestNode root, DecodeContext context)
    {
        var objects = ImmutableArray.CreateBuilder<DecodedObject>();
        var isWhole = DecodeInto(root, FieldPath.Root, context, objects);
        context.Object = null;
        return new DecodedDocument { Objects = objects.ToImmutable(), Diagnostics = context.TakeDiagnostics(), IsBroken = !isWhole };
    }

    /// <returns>False when an object that was meant could not be read.</returns>
    private static bool DecodeInto(ManifestNode root, FieldPath path, DecodeContext context, ImmutableArray<DecodedObject>.Builder objects)
    {
        context.Object = null;
        if (root is not ObjectNode node)
        {
            context.Error(Codes.NotAnObject, path, root.At, $"Here stands {root.Description}, but an object with apiVersion and kind is needed.", "Remove it, or write an object.");
            return root.IsNull;
        }

        var reader = new FieldReader(node, path, context);
        var version = reader.Text("apiVersion");
        var kind = reader.Text("kind");
        if (version is null || kind is null)
        {
            var missing = version is null ? "apiVersion" : "kind";
            context.Error(Codes.NoKind, path, node.At, $"The object has no {missing}.", $"Write for example 'apiVersion: {OwnGroup}/v1alpha1' and 'kind: MeshService'.");
            return false;
        }

        if (kind.Value.Value == "List" && version.Value.Value == "v1")
        {
            return DecodeList(reader, context, objects);
        }

        return FindKind(version.Value, kind.Value, context) switch
        {
            { Entry: { } entry } => DecodeKind(entry, kind.Value.Value, reader, context, objects),
            { IsForeign: var isForeign } => isForeign,
        };
    }

    private static bool DecodeList(FieldReader list, DecodeContext context, ImmutableArray<DecodedObject>.Builder objects)
    {
        var isWhole = true;
        foreach (var item in list.Items("items"))
        {
            isWhole &= DecodeInto(item.Value, item.Path, context, objects);
        }

        return isWhole;
    }

    private static (KindEntry? Entry, bool IsForeign) FindKind(Placed<string> apiVersion, Placed<string> kind, DecodeContext context)
    {
        var slash = apiVersion.Value.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion.Value[..slash];
        var version = apiVersion.Value[(slash + 1)..];
        if (Kinds.TryGetValue((group, kind.Value), out var entry))
        {
            if (entry.Version == version)
            {
                return (entry, false);
            }

            context.Error(Codes.UnknownVersion, apiVersion.Path, apiVersion.At, $"Version '{version}' of {kind.Value} is not known.", $"Write '{apiVersion.Value[..(slash + 1)]}{entry.Version}'.");
            return (null, false);
        }

        if (group == OwnGroup)
        {
            var known = Kinds.Keys.Where(key => key.Group == OwnGroup).Select(key => key.Kind).ToArray();
            context.Error(Codes.UnknownKind, kind.Path, kind.At, $"The kind '{kind.Value}' is not known.", Nearest.Suggest(kind.Value, known));
            return (null, false);
        }

        var owner = Kinds.Keys.Where(key => key.Kind == Nearest.Find(kind.Value, [key.Kind])).Select(key => key.Group.Length == 0 ? "v1" : $"{key.Group}/{Kinds[key].Version}").Order(StringComparer.Ordinal).FirstOrDefault();
        context.Warn(
            Codes.ForeignKind,
            kind.Path,
            kind.At,
            $"Objects of {apiVersion.Value} {kind.Value} are not read.",
            owner is null ? "Nothing to do if it is meant for somebody else." : $"If it is meant for this mesh, write 'apiVersion: {owner}'.");
        return (null, true);
    }

    private static bool DecodeKind(KindEntry entry, string kind, FieldReader reader, DecodeContext context, ImmutableArray<DecodedObject>.Builder objects)
    {
        if (ReadIdentity(entry, kind, reader, context) is not { } manifest)
        {
            return false;
        }

        var decoded = entry.Decode(manifest);
        if (entry.IsStrict)
        {
            reader.Raw("status");
            reader.RefuseUnknown();
        }

        if (decoded.IsEmpty)
        {
            return false;
        }

        objects.Add(new DecodedObject { Ref = manifest.Ref, Location = manifest.Location, Objects = decoded });
        return true;
    }

    private static ManifestObject? ReadIdentity(KindEntry entry, string kind, FieldReader reader, DecodeContext context)
    {
        if (reader.Object("metadata") is not { } metadata || metadata.RequiredText("name", "Give the object a name.") is not { } name)
        {
            if (reader.Node.Find("metadata") is null)
            {
                reader.Missing("metadata", "Write 'metadata: {name: …}'.");
            }

            return null;
        }

        var space = metadata.Text("namespace");
        if (!Names.Check(name, context) || (space is { } given && !Names.CheckNamespace(given, context)))
        {
            return null;
        }

        context.Object = new ObjectRef(kind, space?.Value ?? DefaultNamespace, name.Value, context.Source);
        var manifest = new ManifestObject(context.Object.Value, reader, metadata, context);
        if (entry.IsStrict)
        {
            Metadata.RefuseUnknown(metadata);
        }

        return manifest;
    }

    /// <param name="Version">The one version that is read.</param>
    /// <param name="IsStrict">Whether unknown fields are errors: yes for our kinds, no for those that others define.</param>
    /// <param name="Decode">The objects, or none when it is unusable; what is wrong is in the context then.</param>
    private sealed record KindEntry(string Version, bool IsStrict, Func<ManifestObject, ImmutableArray<MeshObject>> Decode);
}
