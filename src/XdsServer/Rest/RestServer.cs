using System.Collections.Frozen;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Discovery;
using XdsServer.Tls;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Rest;

/// <summary>
/// The polling form of discovery (protocol duty 11): a JSON <c>DiscoveryRequest</c> is posted, a JSON <c>DiscoveryResponse</c> answers it, or
/// status 304 when the version that the client presents is current. Neither aggregated nor incremental.
/// </summary>
public sealed class RestServer(DiscoveryServer discovery)
{
    private const string Prefix = "/v3/discovery:";

    private static readonly FrozenDictionary<string, ResourceType> Types = new Dictionary<string, ResourceType>(StringComparer.Ordinal)
    {
        [Prefix + "clusters"] = ResourceType.Cluster,
        [Prefix + "endpoints"] = ResourceType.Endpoint,
        [Prefix + "listeners"] = ResourceType.Listener,
        [Prefix + "routes"] = ResourceType.Route,
        [Prefix + "scoped-routes"] = ResourceType.ScopedRoute,
        [Prefix + "secrets"] = ResourceType.Secret,
        [Prefix + "runtime"] = ResourceType.Runtime,
        [Prefix + "extension_configs"] = ResourceType.ExtensionConfig,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly TypeRegistry Registry = TypeRegistry.FromFiles(MessageTypes.Files);
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithTypeRegistry(Registry));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithTypeRegistry(Registry));

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await AnswerAsync(context);
        }
        catch (DiscoveryException e)
        {
            await RefuseAsync(context, StatusOf(e.Fault), e.Message);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The body is not a DiscoveryRequest in JSON: {e.Message}");
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!Types.TryGetValue(context.Request.Path.Value ?? "", out var type))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"There is nothing here. Paths: {string.Join(", ", Types.Keys.Order(StringComparer.Ordinal))}.");
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Post a DiscoveryRequest in JSON.");
            return;
        }

        var request = await ReadAsync(context);
        var result = await discovery.FetchAsync(request, type, Peer.Of(context), context.RequestAborted);
        if (result.IsCurrent)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Formatter.Format(result.ToResponse(type, discovery.Identifier)), context.RequestAborted);
    }

    private static async Task<DiscoveryRequest> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        return Parser.Parse<DiscoveryRequest>(await reader.ReadToEndAsync(context.RequestAborted));
    }

    private static int StatusOf(DiscoveryFault fault) => fault switch
    {
        DiscoveryFault.InvalidArgument => StatusCodes.Status400BadRequest,
        DiscoveryFault.PermissionDenied => StatusCodes.Status403Forbidden,
        DiscoveryFault.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        DiscoveryFault.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new RestError(status, message), RestJson.Default.RestError, cancellationToken: context.RequestAborted);
    }
}
