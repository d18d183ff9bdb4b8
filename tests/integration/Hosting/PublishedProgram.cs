using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>
/// The server as it is shipped: published once for all tests that use it, as the container image is built. <c>XDS_SERVER_BIN</c> names one that was published before.
/// </summary>
public sealed class PublishedProgram : IAsyncLifetime
{
    internal ServerProgram Program { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var program = Environment.GetEnvironmentVariable("XDS_SERVER_BIN") is { Length: > 0 } named ? named : await PublishAsync(Repository.PathOf("artifacts", "published", "XdsServer"));
        File.Exists(program).Should().BeTrue("{0} is the published program", program);
        Program = new ServerProgram(program, []);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    // No compiler or build node stays behind: it would hold the pipes of its output open.
    private static async Task<string> PublishAsync(string folder)
    {
        await using var publish = ProcessOutput.Start(
            "dotnet",
            ["publish", "src/XdsServer", "-c", "Release", "--use-current-runtime", "-p:PublishAot=true", "-p:UseSharedCompilation=false", "-nodeReuse:false", "--nologo", "-o", folder],
            folder: Repository.Root);
        await publish.WaitAsync(TimeSpan.FromMinutes(10));
        publish.ExitCode.Should().Be(0, "{0}", publish.Tail);
        return Path.Combine(folder, "XdsServer");
    }
}
