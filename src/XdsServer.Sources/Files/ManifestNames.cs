namespace XdsServer.Sources.Files;

/// <summary>Which names in a folder count.</summary>
internal static class ManifestNames
{
    /// <summary>The link that a mounted ConfigMap or Secret swaps when its content changes.</summary>
    public const string SwapLink = "..data";

    /// <summary>True for a file that is read.</summary>
    public static bool IsManifest(ReadOnlySpan<char> name) => !IsIgnored(name) && IsJsonOrYaml(Path.GetExtension(name));

    /// <summary>
    /// True for what editors, volumes and version control leave behind: hidden names (the data folders of mounted volumes too),
    /// backups, swap and lock files, temporary files.
    /// </summary>
    public static bool IsIgnored(ReadOnlySpan<char> name) =>
        name.StartsWith(".", StringComparison.Ordinal)
        || name.EndsWith("~", StringComparison.Ordinal)
        || (name.StartsWith("#", StringComparison.Ordinal) && name.EndsWith("#", StringComparison.Ordinal))
        || name.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".swp", StringComparison.OrdinalIgnoreCase)
        || name.Equals("4913", StringComparison.Ordinal);

    private static bool IsJsonOrYaml(ReadOnlySpan<char> extension) =>
        extension.Equals(".yaml", StringComparison.OrdinalIgnoreCase)
        || extension.Equals(".yml", StringComparison.OrdinalIgnoreCase)
        || extension.Equals(".json", StringComparison.OrdinalIgnoreCase);
}
