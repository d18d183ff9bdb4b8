using XdsServer.Groups;
using XdsServer.Pipeline;

namespace XdsServer.Hosting;

/// <summary>Which code answers on which listener.</summary>
internal static class HostRoutes
{
    /// <summary>Maps every listener to its part; nothing is reachable on a listener that it was not meant for.</summary>
    public static void Map(WebApplication app, MeshPipeline pipeline, ProxyGroupStore groups)
    {
        _ = groups;
        app.Run(context => ListenerRole.Of(context) == ListenerRole.Admin
            ? AnswerAsync(context, context.Request.Path == "/healthz" || pipeline.Status.Value is not null)
            : AnswerAsync(context, isFine: false));
    }

    private static Task AnswerAsync(HttpContext context, bool isFine)
    {
        context.Response.StatusCode = isFine ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(isFine ? "ok\n" : "not ready\n", context.RequestAborted);
    }
}
