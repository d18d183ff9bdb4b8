using System.Text.Json;

namespace XdsServer.Tests.Integration.Grpc;

/// <summary>The transport as two gRPC clients see it that share no code with it: grpc-js and the C core (Python).</summary>
public sealed class ForeignClientTests : IAsyncLifetime
{
    private const int ResourceExhausted = 8;
    private const int FailedPrecondition = 9;
    private const int DeadlineExceeded = 4;
    private const int Unimplemented = 12;
    private const int Unavailable = 14;
    private EchoServer _server = null!;

    public async Task InitializeAsync() => _server = await EchoServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [SkippableTheory]
    [InlineData("node", "unary", 5)]
    [InlineData("node", "gzip", 100_000)]
    [InlineData("node", "large", 6 * 1024 * 1024)]
    [InlineData("python", "unary", 5)]
    [InlineData("python", "gzip", 100_000)]
    [InlineData("python", "large", 6 * 1024 * 1024)]
    public async Task A_unary_call_returns_what_was_sent(string client, string scenario, int bytes)
    {
        var result = await RunAsync(client, scenario);

        result.GetProperty("code").GetInt32().Should().Be(0);
        result.GetProperty("bytes").GetInt32().Should().Be(bytes);
        result.GetProperty("same").GetBoolean().Should().BeTrue();
    }

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Metadata_goes_in_with_the_call_and_out_with_the_status(string client)
    {
        var result = await RunAsync(client, "metadata");

        result.GetProperty("code").GetInt32().Should().Be(0);
        result.GetProperty("trailer").GetString().Should().Be("from the client");
    }

    [SkippableTheory]
    [InlineData("node", "fail", FailedPrecondition, "größer als 100 %\n猫")]
    [InlineData("node", "deadline", DeadlineExceeded, "eadline")]
    [InlineData("node", "unknown", Unimplemented, "NoSuchMethod")]
    [InlineData("node", "too-large", ResourceExhausted, "16777216")]
    [InlineData("python", "fail", FailedPrecondition, "größer als 100 %\n猫")]
    [InlineData("python", "deadline", DeadlineExceeded, "eadline")]
    [InlineData("python", "unknown", Unimplemented, "NoSuchMethod")]
    [InlineData("python", "too-large", ResourceExhausted, "16777216")]
    public async Task A_failed_call_tells_its_status(string client, string scenario, int code, string details)
    {
        var result = await RunAsync(client, scenario);

        result.GetProperty("code").GetInt32().Should().Be(code);
        result.GetProperty("details").GetString().Should().Contain(details);
    }

    [SkippableTheory]
    [InlineData("node", "stream", "tick,tick,tick")]
    [InlineData("node", "bidi", "a,b,c")]
    [InlineData("python", "stream", "tick,tick,tick")]
    [InlineData("python", "bidi", "a,b,c")]
    public async Task A_stream_delivers_its_messages_in_order_and_ends_well(string client, string scenario, string messages)
    {
        var result = await RunAsync(client, scenario);

        result.GetProperty("code").GetInt32().Should().Be(0);
        string.Join(',', result.GetProperty("received").EnumerateArray().Select(m => m.GetString())).Should().Be(messages);
    }

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task A_stopping_server_ends_streams_with_UNAVAILABLE(string client)
    {
        using var process = ForeignClient.Start(client, _server, "stay");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("open");

        await _server.StopCallsAsync();

        var result = await ForeignClient.ResultAsync(process);
        result.GetProperty("code").GetInt32().Should().Be(Unavailable);
        result.GetProperty("details").GetString().Should().Contain("stopping");
    }

    private Task<JsonElement> RunAsync(string client, string scenario) => ForeignClient.RunAsync(client, _server, scenario);
}
