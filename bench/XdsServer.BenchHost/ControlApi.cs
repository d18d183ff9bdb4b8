using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XdsServer.BenchHost;

/// <summary>The control calls of the benchmark's contract.</summary>
internal sealed class ControlApi(BenchWorld world)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            context.Response.StatusCode = await RunAsync(context.Request) ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        }
        catch (JsonException e)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(e.Message, context.RequestAborted);
        }
    }

    private async Task<bool> RunAsync(HttpRequest request)
    {
        switch (request.Path.Value)
        {
            case "/healthz":
                return true;
            case "/world":
                var size = await ReadAsync(request, ControlJson.Default.WorldBody);
                world.Reset(size.Clusters, size.Endpoints);
                return true;
            case "/change":
                var change = await ReadAsync(request, ControlJson.Default.ChangeBody);
                world.Change(change.Type, change.Names, change.Value);
                return true;
            case "/remove":
                var removal = await ReadAsync(request, ControlJson.Default.ChangeBody);
                world.Remove(removal.Type, removal.Names);
                return true;
            case "/noop":
                world.Repeat();
                return true;
            default:
                return false;
        }
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class =>
        await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted) ?? throw new JsonException("The body is empty.");
}
