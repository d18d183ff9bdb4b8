using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>
/// The server as it is shipped: published once for all tests that use it, as the container image is built. <c>XDS_SERVER_BIN</c> names one that was published before.
/// With neither that nor a linker its tests skip.
/// </summary>
public sealed class PublishedProgram : IAsyncLifetime
{
    private readonly RealPart _part;
    private string? _published;

    public PublishedProgram() => _part = new RealPart(
        "published",
        Variable: "XDS_SERVER_BIN",
        Fallback: null,
        "Install a C linker ('apt-get install gcc libc6-dev'), so that the tests publish the server, or set XDS_SERVER_BIN to a published one.",
        Otherwise: () => _published);

    internal ServerProgram Program => new(_part.Require(), []);

    public async Task InitializeAsync()
    {
        if (!_part.IsNamed && (RealPart.OnPath("clang") ?? RealPart.OnPath("gcc")) is not null)
        {
            _published = await PublishAsync(Repository.PathOf("artifacts", "published", "XdsServer"));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    // Into an empty folder: what an earlier form left there is not shipped. No compiler or build node stays behind: it would hold the pipes of its output open.
    private static async Task<string> PublishAsync(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await using var publish = ProcessOutput.Start(
            "dotnet",
            ["publish", "src/XdsServer", "-c", "Release", "--use-current-runtime", "-p:PublishAot=true", "-p:UseSharedCompilation=false", "-nodeReuse:false", "--nologo", "-o", folder],
            folder: Repository.Root);
        await publish.WaitAsync(TimeSpan.FromMinutes(10));
        publish.ExitCode.Should().Be(0, "{0}", publish.Tail);
        return Path.Combine(folder, "XdsServer");
    }
}
