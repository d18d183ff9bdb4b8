namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>Where the content of an object stands: in <c>spec</c>, or, in early versions, beside <c>metadata</c>.</summary>
internal static class SmiBody
{
    /// <summary>The content; null after a diagnostic.</summary>
    public static FieldReader? Of(ManifestObject manifest) => manifest.Root.Node.Find("spec") is null ? manifest.Root : manifest.Root.Object("spec");

    /// <summary>Reports fields that nobody asked for; those of the object itself are reported elsewhere.</summary>
    public static void RefuseUnknown(FieldReader body, ManifestObject manifest)
    {
        if (!ReferenceEquals(body, manifest.Root))
        {
            body.RefuseUnknown();
        }
    }
}
