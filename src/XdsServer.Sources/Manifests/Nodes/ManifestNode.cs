using System.Runtime.InteropServices;

namespace XdsServer.Sources.Manifests.Nodes;

/// <summary>A position in a text; lines and columns count from 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Mark(int Line, int Column);

/// <summary>
/// What YAML and JSON have in common: scalars, lists and objects, each with its position. Decoders see nothing else, so files and
/// the Kubernetes API share them.
/// </summary>
internal abstract class ManifestNode(Mark at)
{
    /// <summary>Where it begins.</summary>
    public Mark At { get; } = at;

    /// <summary>How many nodes it holds when every alias is written out; what bounds alias bombs.</summary>
    public abstract long Weight { get; }

    /// <summary>What it is, in words for people.</summary>
    public abstract string Description { get; }

    /// <summary>True for a plain <c>null</c>, <c>~</c> or nothing: the field counts as absent.</summary>
    public virtual bool IsNull => false;
}

/// <summary>
/// A text. Its type is what the decoder asks for: a plain <c>no</c>, <c>on</c> or <c>1.10</c> stays exactly that where a string is wanted.
/// </summary>
internal sealed class ScalarNode(Mark at, string text, bool isQuoted) : ManifestNode(at)
{
    /// <summary>The text without its quotes.</summary>
    public string Text { get; } = text;

    /// <summary>True when it can only be a string.</summary>
    public bool IsQuoted { get; } = isQuoted;

    /// <inheritdoc/>
    public override long Weight => 1;

    /// <inheritdoc/>
    public override string Description => IsQuoted ? "a string" : $"'{Text}'";

    /// <inheritdoc/>
    public override bool IsNull => !IsQuoted && Text is ("" or "~" or "null" or "Null" or "NULL");
}

/// <summary>A list.</summary>
internal sealed class ListNode(Mark at, IReadOnlyList<ManifestNode> items) : ManifestNode(at)
{
    /// <summary>In the order written.</summary>
    public IReadOnlyList<ManifestNode> Items { get; } = items;

    /// <inheritdoc/>
    public override long Weight { get; } = 1 + items.Sum(item => item.Weight);

    /// <inheritdoc/>
    public override string Description => "a list";
}

/// <summary>One field of an object.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NodeField(string Name, Mark At, ManifestNode Value);

/// <summary>An object; its field names are unique.</summary>
internal sealed class ObjectNode(Mark at, IReadOnlyList<NodeField> fields) : ManifestNode(at)
{
    /// <summary>In the order written.</summary>
    public IReadOnlyList<NodeField> Fields { get; } = fields;

    /// <inheritdoc/>
    public override long Weight { get; } = 1 + fields.Sum(field => field.Value.Weight);

    /// <inheritdoc/>
    public override string Description => "an object";

    /// <summary>The field's value; null when it is absent or null.</summary>
    public ManifestNode? Find(string name)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (string.Equals(Fields[i].Name, name, StringComparison.Ordinal))
            {
                return Fields[i].Value.IsNull ? null : Fields[i].Value;
            }
        }

        return null;
    }
}
