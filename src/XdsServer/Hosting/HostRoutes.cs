using XdsServer.Admin;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.LoadReports;
using XdsServer.SmiMetrics;

namespace XdsServer.Hosting;

/// <summary>Which code answers on which listener.</summary>
internal static class HostRoutes
{
    /// <summary>Maps every listener to its part; nothing is reachable on a listener that it was not meant for.</summary>
    public static void Map(WebApplication app, RequestDelegate grpc, RequestDelegate rest, AdminApi admin, SmiMetricsApi smi) => app.Run(context =>
    {
        var role = ListenerRole.Of(context);
        return role == ListenerRole.Grpc ? grpc(context)
            : role == ListenerRole.Rest ? rest(context)
            : role == ListenerRole.SmiMetrics ? smi.InvokeGuardedAsync(context)
            : SmiMetricsApi.Has(context.Request.Path) ? smi.InvokeAsync(context)
            : admin.InvokeAsync(context);
    });

    /// <summary>The gRPC listener: discovery, load reports, health, reflection.</summary>
    public static RequestDelegate Grpc(WebApplication app, DiscoveryServer discovery, LoadReportServer loads, GrpcLimits limits, Model.Latest<ServingState> health)
    {
        var methods = XdsServices.Methods(discovery).Append(XdsServices.LoadReporting(loads.ServeAsync)).WithHealthAndReflection(health);
        var stopping = app.Lifetime.ApplicationStopping;
        return new GrpcServer(methods, limits, app.Services.GetRequiredService<TimeProvider>(), app.Services.GetRequiredService<ILogger<GrpcServer>>(), stopping).InvokeAsync;
    }
}
