using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using XdsServer.Metrics;
using XdsServer.Translators.Resources;

namespace XdsServer.Admin;

/// <summary>
/// The admin listener: health, metrics and a read-only JSON API. Everything is a GET; nothing here changes anything.
/// </summary>
internal sealed class AdminApi(AdminReader reader, MetricsCollector metrics)
{
    private const string Root = """
        XdsControlPlane
          /healthz               alive
          /readyz                all required sources read and served
          /metrics               Prometheus
          /api/v1/sources        what is read from where
          /api/v1/model          the mesh
          /api/v1/groups         proxy groups
          /api/v1/snapshots      what each group gets (?group=NAME&type=cds|eds|lds|rds|sds&content=true)
          /api/v1/streams        connected proxies: sent, acknowledged, rejected
          /api/v1/diagnostics    what is wrong, and what to do about it
          /apis                  SMI's traffic metrics (/apis/metrics.smi-spec.io/v1alpha1/namespaces/NAMESPACE/services/SERVICE/edges)

        """;

    /// <summary>Answers one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "The admin API only reads.", "Use GET.");
        }

        return context.Request.Path.Value switch
        {
            "/" => TextAsync(context, StatusCodes.Status200OK, Root),
            "/healthz" => TextAsync(context, StatusCodes.Status200OK, "ok\n"),
            "/readyz" => ReadyAsync(context),
            "/metrics" => TextAsync(context, StatusCodes.Status200OK, metrics.Read(), PrometheusText.ContentType),
            "/api/v1/sources" => JsonAsync(context, reader.Sources(), AdminJson.Default.IReadOnlyListSourceView),
            "/api/v1/model" => ModelAsync(context),
            "/api/v1/groups" => JsonAsync(context, reader.Groups(), AdminJson.Default.IReadOnlyListGroupView),
            "/api/v1/snapshots" => SnapshotsAsync(context),
            "/api/v1/streams" => JsonAsync(context, reader.Streams(), AdminJson.Default.IReadOnlyListStreamStatus),
            "/api/v1/diagnostics" => JsonAsync(context, reader.Diagnostics(), AdminJson.Default.IReadOnlyListDiagnosticView),
            _ => ErrorAsync(context, StatusCodes.Status404NotFound, $"There is no {context.Request.Path} here.", "GET / lists what there is."),
        };
    }

    private Task ReadyAsync(HttpContext context)
    {
        var missing = reader.WaitsFor();
        return missing.Count == 0
            ? TextAsync(context, StatusCodes.Status200OK, "ready\n")
            : TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready, waiting for: {string.Join(", ", missing)}\n");
    }

    private Task ModelAsync(HttpContext context) => reader.Model() is { } model
        ? JsonAsync(context, model, AdminJson.Default.ModelView)
        : ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "There is no model yet.", "GET /readyz says what is waited for.");

    private Task SnapshotsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var typeName = query["type"].ToString();
        var type = ResourceType.All.FirstOrDefault(t => t.ShortName == typeName);
        if (typeName.Length > 0 && type is null)
        {
            return ErrorAsync(
                context, StatusCodes.Status400BadRequest, $"There is no type '{typeName}'.", $"Use one of {string.Join(", ", ResourceType.All.Select(t => t.ShortName))}.");
        }

        var group = query["group"].ToString();
        var snapshots = reader.Snapshots(group.Length == 0 ? null : group, type, query["content"] == "true");
        return JsonAsync(context, snapshots, AdminJson.Default.IReadOnlyListSnapshotView);
    }

    private static Task ErrorAsync(HttpContext context, int status, string error, string remedy)
    {
        context.Response.StatusCode = status;
        return JsonAsync(context, new ErrorView(error, remedy), AdminJson.Default.ErrorView);
    }

    private static Task TextAsync(HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }
}
