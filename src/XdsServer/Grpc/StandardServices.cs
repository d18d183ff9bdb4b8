using XdsServer.Model;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Grpc;

/// <summary>Adds health and reflection to a table of methods.</summary>
public static class StandardServices
{
    /// <summary>These methods, and health and reflection for their services.</summary>
    public static IReadOnlyList<GrpcMethod> WithHealthAndReflection(this IEnumerable<GrpcMethod> methods, Latest<ServingState> state)
    {
        var all = methods.ToList();
        var services = all.Select(m => m.Service).ToHashSet(StringComparer.Ordinal);
        all.AddRange(new HealthService(state, services).Methods);

        string[] described = [.. services, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"];
        all.AddRange(new ReflectionService(described, MessageTypes.Files).Methods);
        return all;
    }
}
