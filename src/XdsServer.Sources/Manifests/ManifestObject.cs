using System.Collections.Immutable;
using System.Globalization;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests;

/// <summary>An object with its identity read and its content not yet: what the decoder of its kind gets.</summary>
internal sealed class ManifestObject(ObjectRef reference, string version, FieldReader root, FieldReader metadata, DecodeContext context)
{
    private readonly ManifestNode? _labels = metadata.Node.Find("labels");

    /// <summary>Its identity.</summary>
    public ObjectRef Ref { get; } = reference;

    /// <summary>The version as written, for example <c>v1alpha1</c>.</summary>
    public string Version { get; } = version;

    /// <summary>Namespace and name.</summary>
    public ServiceKey Key => new(Ref.Namespace, Ref.Name);

    /// <summary>The whole object.</summary>
    public FieldReader Root { get; } = root;

    /// <summary>Set by a decoder that leaves the object to others on purpose: it is then not broken.</summary>
    public bool IsIgnored { get; set; }

    /// <summary>Where problems go.</summary>
    public DecodeContext Context { get; } = context;

    /// <summary>Where it begins.</summary>
    public SourceLocation? Location { get; } = context.Locate(root.At);

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; } = metadata.TextMap("labels");

    /// <summary>Its annotations; they are not part of the hash.</summary>
    public ImmutableSortedDictionary<string, string> Annotations => metadata.TextMap("annotations");

    /// <summary>When the API server made it; null for files.</summary>
    public DateTimeOffset? Created => DateTimeOffset.TryParse(
        (metadata.Node.Find("creationTimestamp") as ScalarNode)?.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : null;

    /// <summary>A hash that has its identity and labels in it already.</summary>
    public ContentHash StartHash() => new ContentHash().Add(Ref.Kind).Add(Ref.Namespace).Add(Ref.Name).Add(_labels);
}
