namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>Names in SMI's objects.</summary>
internal static class SmiNames
{
    /// <summary>True for a service's name or a host name; reports anything else.</summary>
    public static bool IsService(Placed<string> name, DecodeContext context)
    {
        if (Names.Host(name.Value, allowWildcard: false) is not null)
        {
            return true;
        }

        context.Error(Codes.BadFormat, name.Path, name.At, $"'{name.Value}' is not the name of a service.", "Write the service's name, for example web, or web.demo.svc.cluster.local; without a port.");
        return false;
    }
}
