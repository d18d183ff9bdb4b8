using XdsServer.Admin;
using XdsServer.Discovery;
using XdsServer.Grpc;

namespace XdsServer.Hosting;

/// <summary>Which code answers on which listener.</summary>
internal static class HostRoutes
{
    /// <summary>Maps every listener to its part; nothing is reachable on a listener that it was not meant for.</summary>
    public static void Map(WebApplication app, RequestDelegate grpc, RequestDelegate rest, AdminApi admin) => app.Run(context =>
    {
        var role = ListenerRole.Of(context);
        return role == ListenerRole.Grpc ? grpc(context)
            : role == ListenerRole.Rest ? rest(context)
            : admin.InvokeAsync(context);
    });

    /// <summary>The gRPC listener: discovery, health, reflection.</summary>
    public static RequestDelegate Grpc(WebApplication app, DiscoveryServer discovery, GrpcLimits limits, Model.Latest<ServingState> health)
    {
        var methods = XdsServices.Methods(discovery).WithHealthAndReflection(health);
        var stopping = app.Lifetime.ApplicationStopping;
        return new GrpcServer(methods, limits, app.Services.GetRequiredService<TimeProvider>(), app.Services.GetRequiredService<ILogger<GrpcServer>>(), stopping).InvokeAsync;
    }
}
