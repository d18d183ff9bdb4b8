using System.Collections.Frozen;
using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Kinds;
using XdsServer.Sources.Manifests.Kinds.Smi;
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

    private static readonly ImmutableArray<string> SmiVersions = ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"];

    private static readonly FrozenDictionary<(string Group, string Kind), KindEntry> Kinds = new Dictionary<(string, string), KindEntry>
    {
        [(OwnGroup, "MeshService")] = new(["v1alpha1"], IsStrict: true, MeshServiceDecoder.Decode),
        [(OwnGroup, "MeshConfig")] = new(["v1alpha1"], IsStrict: true, MeshConfigDecoder.Decode),
        [(OwnGroup, "MeshGateway")] = new(["v1alpha1"], IsStrict: true, MeshGatewayDecoder.Decode),
        [(OwnGroup, "EnvoyResource")] = new(["v1alpha1"], IsStrict: true, EnvoyResourceDecoder.Decode),
        [("", "Service")] = new(["v1"], IsStrict: false, KubernetesServiceDecoder.Decode),
        [("", "Secret")] = new(["v1"], IsStrict: false, SecretDecoder.Decode),
        [("discovery.k8s.io", "EndpointSlice")] = new(["v1"], IsStrict: false, EndpointSliceDecoder.Decode),
        [("split.smi-spec.io", "TrafficSplit")] = new(SmiVersions, IsStrict: true, TrafficSplitDecoder.Decode),
        [("specs.smi-spec.io", "HTTPRouteGroup")] = new(SmiVersions, IsStrict: true, HttpRouteGroupDecoder.Decode),
        [("specs.smi-spec.io", "TCPRoute")] = new(SmiVersions, IsStrict: true, PortRouteDecoder.DecodeTcp),
        [("specs.smi-spec.io", "UDPRoute")] = new(SmiVersions, IsStrict: true, PortRouteDecoder.DecodeUdp),
        [("access.smi-spec.io", "TrafficTarget")] = new(["v1alpha1", "v1alpha2", "v1alpha3"], IsStrict: true, TrafficTargetDecoder.Decode),
    }.ToFrozenDictionary();

    /// <summary>The kinds of a group, or of groups below it, with the versions that are read.</summary>
    public static IEnumerable<(string Group, string Kind, ImmutableArray<string> Versions)> VersionsOf(string domain) =>
        Kinds.Where(pair => pair.Key.Group == domain || pair.Key.Group.EndsWith($".{domain}", StringComparison.Ordinal)).Select(pair => (pair.Key.Group, pair.Key.Kind, pair.Value.Versions));

    /// <summary>Reads one document.</summary>
    public static DecodedDocument Decode(ManifestNode root, DecodeContext context)
    {
        var outcome = new Outcome();
        DecodeInto(root, FieldPath.Root, context, outcome);
        context.Object = null;
        return new DecodedDocument
        {
            Objects = [.. outcome.Objects],
            Broken = [.. outcome.Broken],
            HidesObjects = outcome.HidesObjects,
            Diagnostics = context.TakeDiagnostics(),
        };
    }

    private static void DecodeInto(ManifestNode root, FieldPath path, DecodeContext context, Outcome outcome)
    {
        context.Object = null;
        if (root is not ObjectNode node)
        {
            context.Error(Codes.NotAnObject, path, root.At, $"Here stands {root.Description}, but an object with apiVersion and kind is needed.", "Remove it, or write an object.");
            outcome.HidesObjects = true;
            return;
        }

        var reader = new FieldReader(node, path, context);
        var version = reader.Text("apiVersion");
        var kind = reader.Text("kind");
        if (version is null || kind is null)
        {
            var missing = version is null ? "apiVersion" : "kind";
            context.Error(Codes.NoKind, path, node.At, $"The object has no {missing}.", $"Write for example 'apiVersion: {OwnGroup}/v1alpha1' and 'kind: MeshService'.");
            outcome.HidesObjects = true;
        }
        else if (kind.Value.Value.EndsWith("List", StringComparison.Ordinal) && node.Find("items") is ListNode)
        {
            foreach (var item in reader.Items("items"))
            {
                DecodeInto(item.Value, item.Path, context, outcome);
            }
        }
        else
        {
            DecodeKind(version.Value, kind.Value, reader, context, outcome);
        }
    }

    private static void DecodeKind(Placed<string> version, Placed<string> kind, FieldReader reader, DecodeContext context, Outcome outcome)
    {
        var (entry, isForeign) = FindKind(version, kind, reader.Node, context);
        var manifest = entry is null ? null : ReadIdentity(entry, version.Value[(version.Value.IndexOf('/', StringComparison.Ordinal) + 1)..], kind.Value, reader, context);
        if (entry is null || manifest is null)
        {
            outcome.HidesObjects |= !isForeign;
            return;
        }

        var decoded = entry.Decode(manifest);
        if (entry.IsStrict)
        {
            reader.Raw("status");
            reader.RefuseUnknown();
        }

        if (!decoded.IsEmpty)
        {
            outcome.Objects.Add(new DecodedObject { Ref = manifest.Ref, Location = manifest.Location, Objects = decoded });
        }
        else if (!manifest.IsIgnored)
        {
            outcome.Broken.Add(manifest.Ref);
        }
    }

    private static (KindEntry? Entry, bool IsForeign) FindKind(Placed<string> apiVersion, Placed<string> kind, ObjectNode node, DecodeContext context)
    {
        var slash = apiVersion.Value.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion.Value[..slash];
        var version = apiVersion.Value[(slash + 1)..];
        if (Kinds.TryGetValue((group, kind.Value), out var entry))
        {
            if (entry.Versions.Contains(version))
            {
                return (entry, false);
            }

            context.Object = NameOf(kind.Value, node, context);
            context.Error(Codes.UnknownVersion, apiVersion.Path, apiVersion.At, $"Version '{version}' of {kind.Value} is not known.", $"Write '{apiVersion.Value[..(slash + 1)]}{entry.Newest}'.");
            return (null, false);
        }

        if (group == OwnGroup)
        {
            var known = Kinds.Keys.Where(key => key.Group == OwnGroup).Select(key => key.Kind).ToArray();
            context.Error(Codes.UnknownKind, kind.Path, kind.At, $"The kind '{kind.Value}' is not known.", Nearest.Suggest(kind.Value, known));
            return (null, false);
        }

        var owner = Kinds.Keys.Where(key => key.Kind == Nearest.Find(kind.Value, [key.Kind])).Select(key => key.Group.Length == 0 ? "v1" : $"{key.Group}/{Kinds[key].Newest}").Order(StringComparer.Ordinal).FirstOrDefault();
        context.Warn(
            Codes.ForeignKind,
            kind.Path,
            kind.At,
            $"Objects of {apiVersion.Value} {kind.Value} are not read.",
            owner is null ? "Nothing to do if it is meant for somebody else." : $"If it is meant for this mesh, write 'apiVersion: {owner}'.");
        return (null, true);
    }

    // Of an object whose version is unknown only the name is looked at, so that a diagnostic can say which one it is.
    private static ObjectRef? NameOf(string kind, ObjectNode node, DecodeContext context) => node.Find("metadata") is ObjectNode metadata && metadata.Find("name") is ScalarNode name
        ? new ObjectRef(kind, metadata.Find("namespace") is ScalarNode space ? space.Text : DefaultNamespace, name.Text, context.Source)
        : null;

    private static ManifestObject? ReadIdentity(KindEntry entry, string version, string kind, FieldReader reader, DecodeContext context)
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
        var manifest = new ManifestObject(context.Object.Value, version, reader, metadata, context);
        if (entry.IsStrict)
        {
            Metadata.RefuseUnknown(metadata);
        }

        return manifest;
    }

    /// <param name="Versions">The versions that are read, oldest first. All by the same decoder, by shape: an API server may change the label only.</param>
    /// <param name="IsStrict">Whether unknown fields are errors: yes for our kinds, no for those that others define.</param>
    /// <param name="Decode">The objects, or none when it is unusable; what is wrong is in the context then.</param>
    private sealed record KindEntry(ImmutableArray<string> Versions, bool IsStrict, Func<ManifestObject, ImmutableArray<MeshObject>> Decode)
    {
        public string Newest => Versions[^1];
    }

    private sealed class Outcome
    {
        public List<DecodedObject> Objects { get; } = [];

        public List<ObjectRef> Broken { get; } = [];

        public bool HidesObjects { get; set; }
    }
}
