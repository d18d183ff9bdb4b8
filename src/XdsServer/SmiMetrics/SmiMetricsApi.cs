using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using XdsServer.LoadReports;
using XdsServer.Model;

namespace XdsServer.SmiMetrics;

/// <summary>
/// SMI's metrics over HTTP, in the form that the aggregation layer of a Kubernetes API server asks for: discovery documents, and <c>TrafficMetrics</c> from the
/// load that proxies report. It only reads.
/// </summary>
/// <remarks>
/// Who may read what was decided by the API server before it asks here; therefore the listener takes nobody but the API server, which
/// <see cref="SmiMetricsOptions.AllowedNames"/> and the certificate authority make sure of.
/// </remarks>
internal sealed class SmiMetricsApi(Func<MeshModel?> model, LoadReportStore loads, TimeSpan window, SmiMetricsOptions options, TimeProvider time)
{
    private const string Root = "/apis";
    private const string GroupRoot = $"{Root}/{TrafficMetricsJson.Group}";
    private const string VersionRoot = $"{Root}/{TrafficMetricsJson.GroupVersion}";

    /// <summary>Whether a path is of this API.</summary>
    public static bool Has(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>Answers a request on the listener for API servers.</summary>
    public Task InvokeGuardedAsync(HttpContext context)
    {
        if (context.Request.Path == "/healthz")
        {
            return context.Response.WriteAsync("ok\n", context.RequestAborted);
        }

        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return FailAsync(context, StatusCodes.Status401Unauthorized, "Unauthorized", "This address serves a Kubernetes API server only: show its client certificate.");
        }

        return options.AllowedNames.Count == 0 || options.AllowedNames.Contains(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), StringComparer.Ordinal)
            ? InvokeAsync(context)
            : FailAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "The name in the client certificate is none of Xds:SmiMetrics:AllowedNames.");
    }

    /// <summary>Answers one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return FailAsync(context, StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "Metrics can only be read: use GET.");
        }

        var path = (context.Request.Path.Value ?? "").TrimEnd('/');
        return path switch
        {
            Root => WriteAsync(context, TrafficMetricsJson.GroupList()),
            GroupRoot => WriteAsync(context, TrafficMetricsJson.ApiGroup()),
            VersionRoot => WriteAsync(context, TrafficMetricsJson.ResourceList()),
            _ when path.StartsWith(VersionRoot + "/", StringComparison.Ordinal) && TrafficMetricsQuery.Parse(path[(VersionRoot.Length + 1)..]) is { } query => AnswerAsync(context, query),
            _ => FailAsync(context, StatusCodes.Status404NotFound, "NotFound", $"There is no {path} here; GET {VersionRoot} lists the resources."),
        };
    }

    private Task AnswerAsync(HttpContext context, TrafficMetricsQuery query)
    {
        if (LabelSelector.Parse(context.Request.Query["labelSelector"].ToString()) is not { } selector)
        {
            return FailAsync(context, StatusCodes.Status400BadRequest, "BadRequest", "A labelSelector may hold key=value, key!=value, key and !key here, with commas between.");
        }

        if (model() is not { } mesh)
        {
            return FailAsync(context, StatusCodes.Status503ServiceUnavailable, "ServiceUnavailable", "The sources are not all read yet; try again.");
        }

        var at = time.GetUtcNow();
        if (TrafficMetricsReader.Read(query, selector, mesh, TrafficFlow.Of(loads.Read(), window)) is not { } items)
        {
            return FailAsync(context, StatusCodes.Status404NotFound, "NotFound", $"{query.Kind.Plural}.{TrafficMetricsJson.Group} \"{query.Name}\" not found");
        }

        var isOne = query.Name.Length > 0 && !query.IsEdges && query.Kind != TrafficKind.TrafficSplits;
        return WriteAsync(context, isOne ? TrafficMetricsJson.Object(items[0], at, window) : TrafficMetricsJson.List(query, items, at, window));
    }

    private static Task FailAsync(HttpContext context, int status, string reason, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, TrafficMetricsJson.Failure(status, reason, message));
    }

    private static async Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter.AsStream(leaveOpen: true));
        json.WriteTo(writer);
        await writer.FlushAsync(context.RequestAborted);
    }
}
