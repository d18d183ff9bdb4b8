using System.Text.Json;

namespace XdsServer.BenchHost;

/// <summary>The control calls of the benchmark's contract.</summary>
internal sealed class ControlApi(BenchWorld world)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

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
                var size = await ReadAsync<WorldBody>(request);
                world.Reset(size.Clusters, size.Endpoints);
                return true;
            case "/change":
                var change = await ReadAsync<ChangeBody>(request);
                world.Change(change.Type, change.Names, change.Value);
                return true;
            case "/remove":
                var removal = await ReadAsync<ChangeBody>(request);
                world.Remove(removal.Type, removal.Names);
                return true;
            case "/noop":
                world.Repeat();
                return true;
            default:
                return false;
        }
    }

    private static async Task<T> ReadAsync<T>(HttpRequest request)
        where T : class =>
        await JsonSerializer.DeserializeAsync<T>(request.Body, Json, request.HttpContext.RequestAborted) ?? throw new JsonException("The body is empty.");

    private sealed record WorldBody(int Clusters, int Endpoints);

    private sealed record ChangeBody(string Type, string[] Names, int Value);
}
