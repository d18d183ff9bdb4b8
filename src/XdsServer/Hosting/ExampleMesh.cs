using System.Reflection;

namespace XdsServer.Hosting;

/// <summary>The mesh of <c>examples/quickstart</c>, which is part of the program: what is served when no source was named.</summary>
internal static class ExampleMesh
{
    /// <summary>The name of its source.</summary>
    public const string SourceName = "example";

    private const string Prefix = "examples/quickstart/";

    /// <summary>Its files, sorted by name.</summary>
    public static IReadOnlyList<(string File, ReadOnlyMemory<byte> Text)> Manifests()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return [.. names.Select(n => (n, Read(assembly, n)))];
    }

    private static ReadOnlyMemory<byte> Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
