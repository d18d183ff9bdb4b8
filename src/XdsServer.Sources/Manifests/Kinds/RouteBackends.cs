using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The <c>backends</c> of gateway listeners and routes.</summary>
internal static class RouteBackends
{
    private const int LargestWeight = 1_000_000;

    /// <summary>The usable backends.</summary>
    public static ImmutableArray<RouteBackend> Read(FieldReader item, string ownNamespace)
    {
        var backends = ImmutableArray.CreateBuilder<RouteBackend>();
        foreach (var backend in item.Objects("backends"))
        {
            if (ReadBackend(backend, ownNamespace) is { } read)
            {
                backends.Add(read);
            }
        }

        return backends.ToImmutable();
    }

    private static RouteBackend? ReadBackend(FieldReader backend, string ownNamespace)
    {
        var service = backend.RequiredText("service", "Name the service that gets the requests.");
        var space = backend.Text("namespace");
        var port = backend.Number("port", 1, 65535);
        var weight = backend.Number("weight", 0, LargestWeight);
        var subset = backend.TextMap("subset");
        backend.RefuseUnknown();
        backend.RequirePresent("port", "Write the service port's number.");

        var isWeightUsable = weight is not null || backend.Node.Find("weight") is null;
        return service is null || port is null || !isWeightUsable
            ? null
            : new RouteBackend(new ServiceKey(space?.Value ?? ownNamespace, service.Value.Value), port.Value.Value, (uint)(weight?.Value ?? 1)) { Subset = subset };
    }
}
