namespace XdsServer.Sources.Manifests;

/// <summary>Where a field stands in its object; written out only when something is wrong with it.</summary>
internal sealed class FieldPath(FieldPath? parent, string name, int index)
{
    /// <summary>The object itself.</summary>
    public static readonly FieldPath Root = new(null, "", -1);

    /// <summary>A field of this one.</summary>
    public FieldPath Field(string field) => new(this, field, -1);

    /// <summary>An item of this list.</summary>
    public FieldPath Item(int item) => new(this, "", item);

    /// <inheritdoc/>
    public override string ToString()
    {
        if (parent is null)
        {
            return "";
        }

        var prefix = parent.ToString();
        return index >= 0 ? $"{prefix}[{index}]" : prefix.Length == 0 ? name : $"{prefix}.{name}";
    }
}
