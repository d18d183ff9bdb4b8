using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Model.Smi;
using XdsServer.Sources.Files;
using XdsServer.Sources.Manifests.Kinds;

namespace XdsServer.Sources.Manifests;

/// <summary>The lists of a fragment, sorted by object, filled from any mixture of objects.</summary>
internal static class FragmentObjects
{
    /// <summary>Whether an object stands for itself; others are joined with something first.</summary>
    public static bool IsWhole(MeshObject item) => item is not (KubernetesService or KubernetesSlice or PemFiles);

    /// <summary>The fragment with exactly these objects.</summary>
    public static MeshFragment Fill(MeshFragment fragment, IEnumerable<MeshObject> objects)
    {
        var sorted = objects.ToList();
        sorted.Sort((a, b) => a.Ref.CompareTo(b.Ref));
        return fragment with
        {
            Services = Pick<MeshService>(sorted),
            Endpoints = Pick<ServiceEndpoints>(sorted),
            Routes = Pick<MeshRoute>(sorted),
            Gateways = Pick<MeshGateway>(sorted),
            Secrets = Pick<MeshSecret>(sorted),
            Configs = Pick<MeshConfig>(sorted),
            EnvoyResources = Pick<EnvoyResource>(sorted),
            Splits = Pick<TrafficSplit>(sorted),
            RouteGroups = Pick<RouteGroup>(sorted),
            PortRoutes = Pick<PortRoute>(sorted),
            TrafficTargets = Pick<TrafficTarget>(sorted),
        };
    }

    /// <summary>Whether the second can take the place of the first in every list.</summary>
    public static bool CanPatch(DecodedObject old, DecodedObject now) =>
        old.Objects.Length == now.Objects.Length && old.Objects.Zip(now.Objects).All(pair => pair.First.GetType() == pair.Second.GetType() && IsWhole(pair.First));

    /// <summary>The fragment with some objects replaced by others of the same type and name.</summary>
    public static MeshFragment Patch(MeshFragment fragment, IReadOnlyCollection<(MeshObject Old, MeshObject New)> replaced) => fragment with
    {
        Services = Replace(fragment.Services, replaced),
        Endpoints = Replace(fragment.Endpoints, replaced),
        Routes = Replace(fragment.Routes, replaced),
        Gateways = Replace(fragment.Gateways, replaced),
        Secrets = Replace(fragment.Secrets, replaced),
        Configs = Replace(fragment.Configs, replaced),
        EnvoyResources = Replace(fragment.EnvoyResources, replaced),
        Splits = Replace(fragment.Splits, replaced),
        RouteGroups = Replace(fragment.RouteGroups, replaced),
        PortRoutes = Replace(fragment.PortRoutes, replaced),
        TrafficTargets = Replace(fragment.TrafficTargets, replaced),
    };

    /// <summary>Whether two fragments hold the same instances and say the same.</summary>
    public static bool HasSameContent(MeshFragment a, MeshFragment b) =>
        IsSame(a.Services, b.Services) && IsSame(a.Endpoints, b.Endpoints) && IsSame(a.Routes, b.Routes) && IsSame(a.Gateways, b.Gateways)
        && IsSame(a.Secrets, b.Secrets) && IsSame(a.Configs, b.Configs) && IsSame(a.EnvoyResources, b.EnvoyResources)
        && IsSame(a.Splits, b.Splits) && IsSame(a.RouteGroups, b.RouteGroups) && IsSame(a.PortRoutes, b.PortRoutes) && IsSame(a.TrafficTargets, b.TrafficTargets)
        && a.Problem == b.Problem && a.Diagnostics.SequenceEqual(b.Diagnostics);

    private static ImmutableArray<T> Pick<T>(List<MeshObject> objects)
        where T : MeshObject => [.. objects.OfType<T>()];

    private static ImmutableArray<T> Replace<T>(ImmutableArray<T> list, IReadOnlyCollection<(MeshObject Old, MeshObject New)> replaced)
        where T : MeshObject
    {
        ImmutableArray<T>.Builder? builder = null;
        foreach (var (old, now) in replaced)
        {
            if (old is T && now is T fresh && IndexOf(list, old) is var index and >= 0)
            {
                builder ??= list.ToBuilder();
                builder[index] = fresh;
            }
        }

        return builder?.MoveToImmutable() ?? list;
    }

    private static int IndexOf<T>(ImmutableArray<T> list, MeshObject wanted)
        where T : MeshObject
    {
        var (low, high) = (0, list.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (list[middle].Ref.CompareTo(wanted.Ref) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        while (low < list.Length && list[low].Ref == wanted.Ref && !ReferenceEquals(list[low], wanted))
        {
            low++;
        }

        return low < list.Length && ReferenceEquals(list[low], wanted) ? low : -1;
    }

    private static bool IsSame<T>(ImmutableArray<T> a, ImmutableArray<T> b)
        where T : class
    {
        if (a == b)
        {
            return true;
        }

        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (!ReferenceEquals(a[i], b[i]))
            {
                return false;
            }
        }

        return a.Length == b.Length;
    }
}
