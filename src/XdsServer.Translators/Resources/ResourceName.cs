namespace XdsServer.Translators.Resources;

/// <summary>One resource's identity.</summary>
public readonly record struct ResourceName(ResourceType Type, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Name}";
}
