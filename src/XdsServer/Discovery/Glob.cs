namespace XdsServer.Discovery;

/// <summary>
/// Names of collections, as in <c>xdstp://authority/type/path/*</c> (protocol duty 82): all resources whose name goes on where the star is,
/// without a further slash, and with the same context parameters.
/// </summary>
internal static class Glob
{
    private const string Scheme = "xdstp://";

    /// <summary>True when the name is that of a collection.</summary>
    public static bool Is(string name) => name.StartsWith(Scheme, StringComparison.Ordinal) && PathOf(name).EndsWith("/*", StringComparison.Ordinal);

    /// <summary>True when the collection contains a resource of that name.</summary>
    public static bool Contains(string glob, string name)
    {
        var prefix = PathOf(glob)[..^1];
        var path = PathOf(name);
        return path.Length > prefix.Length
            && path.StartsWith(prefix, StringComparison.Ordinal)
            && path[prefix.Length..].IndexOf('/') < 0
            && ParametersOf(glob).SequenceEqual(ParametersOf(name));
    }

    private static ReadOnlySpan<char> PathOf(string name)
    {
        var end = name.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? name : name.AsSpan(0, end);
    }

    private static ReadOnlySpan<char> ParametersOf(string name) => name.AsSpan(PathOf(name).Length);
}
