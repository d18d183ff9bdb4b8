using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Sources.Files;

/// <summary>Reads files and folders once, without watching: what the command line needs.</summary>
public static class FilesReader
{
    private const string SourceName = "files";

    /// <summary>Reads files and folders (recursively). What cannot be read is in the fragment's diagnostics.</summary>
    public static MeshFragment Read(IReadOnlyList<string> paths)
    {
        var documents = new List<DecodedDocument>();
        foreach (var file in paths.SelectMany(Expand))
        {
            documents.AddRange(ManifestText.Decode(File.ReadAllBytes(file), SourceName, file, ManifestLimits.Default));
        }

        var fragment = new MeshFragment { Source = SourceName, IsSynced = true, Diagnostics = [.. documents.SelectMany(document => document.Diagnostics)] };
        return FragmentObjects.Fill(fragment, documents.SelectMany(document => document.Objects).DistinctBy(found => found.Ref).SelectMany(found => found.Objects));
    }

    private static IEnumerable<string> Expand(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(IsManifest).Order(StringComparer.Ordinal)
        : [path];

    private static bool IsManifest(string path) => Path.GetExtension(path) is ".yaml" or ".yml" or ".json";
}
