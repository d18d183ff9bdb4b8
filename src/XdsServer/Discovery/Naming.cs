using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>What resources of one type are asked for by: names of resources, and globs, which name collections and are names too.</summary>
internal readonly record struct Naming(HashSet<string> Names, ImmutableArray<string> Globs)
{
    /// <summary>True when this resource goes by one of them.</summary>
    public bool Covers(Resource resource)
    {
        if (Names.Contains(resource.Name))
        {
            return true;
        }

        foreach (var alias in resource.Aliases)
        {
            if (Names.Contains(alias))
            {
                return true;
            }
        }

        return IsInGlob(resource.Name);
    }

    /// <summary>True when one of these does.</summary>
    public bool CoversAny(ImmutableArray<Resource> resources)
    {
        foreach (var resource in resources)
        {
            if (Covers(resource))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when all of these do.</summary>
    public bool CoversAll(ImmutableArray<Resource> resources)
    {
        foreach (var resource in resources)
        {
            if (!Covers(resource))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when a resource of this name would.</summary>
    public bool Covers(string name) => Names.Contains(name) || IsInGlob(name);

    private bool IsInGlob(string name)
    {
        foreach (var glob in Globs)
        {
            if (Glob.Contains(glob, name))
            {
                return true;
            }
        }

        return false;
    }
}
