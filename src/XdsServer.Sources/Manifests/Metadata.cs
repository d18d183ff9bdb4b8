namespace XdsServer.Sources.Manifests;

/// <summary>The fields of Kubernetes' object metadata: known everywhere, although few are read.</summary>
internal static class Metadata
{
    private static readonly string[] Known =
    [
        "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName",
        "generation", "managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid",
    ];

    /// <summary>Reports misspelled fields.</summary>
    public static void RefuseUnknown(FieldReader metadata)
    {
        foreach (var name in Known)
        {
            metadata.Raw(name);
        }

        metadata.RefuseUnknown();
    }
}
