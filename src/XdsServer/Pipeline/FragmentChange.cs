using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Pipeline;

/// <summary>What differs between two fragments of one source, by reference: sources keep the instances of what did not change.</summary>
internal static class FragmentChange
{
    /// <summary>True when both hold the same objects, whatever the time at which they were confirmed.</summary>
    public static bool IsSameContent(MeshFragment before, MeshFragment after) =>
        ReferenceEquals(before, after)
        || (HasSameStructure(before, after)
            && Same(before.Endpoints, after.Endpoints)
            && before.Diagnostics.AsSpan().SequenceEqual(after.Diagnostics.AsSpan()));

    /// <summary>True when nothing but endpoints (and diagnostics) can differ.</summary>
    public static bool HasSameStructure(MeshFragment before, MeshFragment after) =>
        Same(before.Services, after.Services)
        && Same(before.Routes, after.Routes)
        && Same(before.Gateways, after.Gateways)
        && Same(before.Secrets, after.Secrets)
        && Same(before.Configs, after.Configs)
        && Same(before.EnvoyResources, after.EnvoyResources)
        && Same(before.Splits, after.Splits)
        && Same(before.RouteGroups, after.RouteGroups)
        && Same(before.PortRoutes, after.PortRoutes)
        && Same(before.TrafficTargets, after.TrafficTargets);

    private static bool Same<T>(ImmutableArray<T> before, ImmutableArray<T> after)
        where T : MeshObject
    {
        if (before == after)
        {
            return true;
        }

        if (before.Length != after.Length)
        {
            return false;
        }

        for (var i = 0; i < before.Length; i++)
        {
            if (!ReferenceEquals(before[i], after[i]))
            {
                return false;
            }
        }

        return true;
    }
}
