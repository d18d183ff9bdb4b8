using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests;

/// <summary>Sorts decoded objects into the lists of a fragment.</summary>
internal static class FragmentObjects
{
    /// <summary>The fragment with these objects; sorted, so equal content gives equal fragments.</summary>
    public static MeshFragment Fill(MeshFragment fragment, IEnumerable<MeshObject> objects)
    {
        var sorted = objects.ToList();
        return fragment with
        {
            Services = Pick<MeshService>(sorted),
            Endpoints = Pick<ServiceEndpoints>(sorted),
            Routes = Pick<MeshRoute>(sorted),
            Gateways = Pick<MeshGateway>(sorted),
            Secrets = Pick<MeshSecret>(sorted),
            Configs = Pick<MeshConfig>(sorted),
            EnvoyResources = Pick<EnvoyResource>(sorted),
        };
    }

    private static ImmutableArray<T> Pick<T>(List<MeshObject> objects)
        where T : MeshObject => [.. objects.OfType<T>().OrderBy(item => item.Ref)];
}
