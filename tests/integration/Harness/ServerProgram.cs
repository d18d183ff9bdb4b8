using System.Net;
using System.Text.Json;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>The server as a program of its own.</summary>
/// <param name="Path">The program to start.</param>
/// <param name="First">What comes before its own arguments.</param>
internal sealed record ServerProgram(string Path, IReadOnlyList<string> First)
{
    /// <summary>As it was built beside the tests, for the runtime to run.</summary>
    public static readonly ServerProgram Built = new("dotnet", [System.IO.Path.Combine(AppContext.BaseDirectory, "XdsServer.dll")]);

    /// <summary>Runs one command to its end.</summary>
    public Task<ProcessOutput> RunAsync(params string[] arguments) => ProcessOutput.RunAsync(Path, [.. First, .. arguments], folder: AppContext.BaseDirectory);

    /// <summary>Starts it on free ports with a log in JSON, and returns once it is ready.</summary>
    public async Task<RunningServer> ServeAsync(params string[] arguments)
    {
        var process = ProcessOutput.Start(
            Path, [.. First, "serve", "--grpc", "127.0.0.1:0", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log-format", "json", .. arguments], folder: AppContext.BaseDirectory);
        var serving = default(JsonElement?);
        await Eventually.HoldsAsync("serving", () => process.HasExited || (serving ??= Serving(process.Lines)) is not null, () => process.Tail);
        if (serving is not { } state)
        {
            throw new InvalidOperationException($"The server ended at once:\n{process.Tail}");
        }

        var server = new RunningServer(process, AddressOf(state, "Grpc"), AddressOf(state, "Rest"), AddressOf(state, "Admin"));
        using var http = new HttpClient();
        await Eventually.HoldsAsync("readiness", async stop => (await http.GetStringAsync($"http://{server.Admin}/readyz", stop)).Contains("ready", StringComparison.Ordinal), () => process.Tail);
        return server;
    }

    private static IPEndPoint AddressOf(JsonElement state, string name) => IPEndPoint.Parse(state.GetProperty(name).GetString()!);

    private static JsonElement? Serving(IEnumerable<string> log)
    {
        var lines = log.Where(l => l.StartsWith('{')).Select(l => JsonSerializer.Deserialize<JsonElement>(l));
        return lines.Where(l => l.GetProperty("EventId").GetInt32() == 5001).Select(l => (JsonElement?)l.GetProperty("State")).FirstOrDefault();
    }
}

/// <summary>A server that serves; disposing it ends it.</summary>
internal sealed record RunningServer(ProcessOutput Process, IPEndPoint Grpc, IPEndPoint Rest, IPEndPoint Admin) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
