using System.Text;
using XdsServer.Model;
using XdsServer.Sources.Manifests;

namespace XdsServer.Tests.Unit.Manifests;

/// <summary>Reads one text as a file source would, without a file.</summary>
internal static class ManifestReading
{
    public static MeshFragment Read(string text, string file = "mesh.yaml") => Read(Encoding.UTF8.GetBytes(text), file);

    public static MeshFragment Read(byte[] text, string file = "mesh.yaml", ManifestLimits? limits = null)
    {
        var documents = ManifestText.Decode(text, "files", file, limits ?? ManifestLimits.Default, known: null, out _);
        var fragment = new MeshFragment { Source = "files", IsSynced = true, Diagnostics = [.. documents.SelectMany(document => document.Diagnostics)] };
        return FragmentObjects.Fill(fragment, new KubernetesServices().Join([.. documents.SelectMany(document => document.Objects).SelectMany(found => found.Objects)]));
    }
}
