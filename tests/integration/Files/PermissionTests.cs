using System.Runtime.Versioning;
using System.Text.Json;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Files;

/// <summary>
/// Files that the server's user may not read (EACCES). Root may read everything, so where the tests run as root the server runs without that privilege.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class PermissionTests : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    [Fact]
    public async Task A_file_that_becomes_unreadable_keeps_what_it_said_and_is_named()
    {
        var api = _folder.Write("api.yaml", FolderOfManifests.Service("api"));
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));
        await using var server = StartUnprivileged("serve", "--files", _folder.Path, "--grpc", "127.0.0.1:0", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0");
        var admin = await AdminOfAsync(server);
        await Eventually.HoldsAsync("both services", async stop => await ServicesAsync(admin, stop) == 2);

        File.SetUnixFileMode(api, UnixFileMode.None);
        await Eventually.HoldsAsync("a diagnostic", async stop => (await CodesAsync(admin, stop)).Contains("XDS1001"));
        (await ServicesAsync(admin, CancellationToken.None)).Should().Be(2, "what it said before stays in force");

        File.SetUnixFileMode(api, Readable);
        await Eventually.HoldsAsync("no diagnostic", async stop => (await CodesAsync(admin, stop)).Count == 0);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_leaves_the_others_alone()
    {
        File.SetUnixFileMode(_folder.Write("api.yaml", FolderOfManifests.Service("api")), UnixFileMode.None);
        _folder.Write("web.yaml", FolderOfManifests.Service("web"));

        await using var run = StartUnprivileged("validate", _folder.Path);
        await run.WaitAsync(TimeSpan.FromMinutes(1));

        run.ExitCode.Should().Be(1, run.Tail);
        run.Tail.Should().Contain("XDS1001").And.Contain("api.yaml").And.Contain("Let the server's user read it");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private static ProcessOutput StartUnprivileged(params string[] arguments)
    {
        string[] program = ["dotnet", Path.Combine(AppContext.BaseDirectory, "XdsServer.dll"), .. arguments];
        string[] whole = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", .. program] : program;
        return ProcessOutput.Start(whole[0], whole[1..]);
    }

    private static async Task<string> AdminOfAsync(ProcessOutput server)
    {
        const string Mark = "admin http://";
        var line = "";
        await Eventually.HoldsAsync("an admin address", () => (line = server.Lines.FirstOrDefault(l => l.Contains(Mark, StringComparison.Ordinal)) ?? "").Length > 0, () => server.Tail);
        return line[(line.IndexOf(Mark, StringComparison.Ordinal) + "admin ".Length)..].Split(' ')[0].Trim();
    }

    private async Task<int> ServicesAsync(string admin, CancellationToken stop) => (await ReadAsync($"{admin}/api/v1/model", stop)).GetProperty("services").GetArrayLength();

    private async Task<IReadOnlyList<string>> CodesAsync(string admin, CancellationToken stop) =>
        [.. (await ReadAsync($"{admin}/api/v1/diagnostics", stop)).EnumerateArray().Select(d => d.GetProperty("code").GetString()!)];

    private async Task<JsonElement> ReadAsync(string url, CancellationToken stop) => JsonDocument.Parse(await _http.GetStringAsync(new Uri(url), stop)).RootElement.Clone();
}
