using System.Diagnostics;
using System.Text.Json;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Hosting;

/// <summary>The built program as a process, as users run it.</summary>
public class ProgramTests
{
    private protected virtual ServerProgram Program => ServerProgram.Built;

    [SkippableFact]
    public async Task Version_prints_and_ends()
    {
        var (code, output, _) = await RunAsync("version");

        code.Should().Be(0);
        output.Should().StartWith("XdsServer ");
    }

    [SkippableFact]
    public async Task Wrong_usage_is_exit_code_2()
    {
        var (code, _, error) = await RunAsync("validate", "no-such-folder");

        code.Should().Be(2);
        error.Should().Contain("no-such-folder");
    }

    [SkippableFact]
    public async Task Without_arguments_but_ports_it_serves_the_example_and_stops_on_a_signal()
    {
        using var process = Start("--grpc", "127.0.0.1:0", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0");
        try
        {
            var admin = await AdminAddressAsync(process);
            using var http = new HttpClient();
            (await http.GetStringAsync($"{admin}/healthz")).Should().Be("ok\n");

            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();

            process.ExitCode.Should().Be(0);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [SkippableFact]
    public async Task A_log_for_machines_is_JSON_from_its_first_line_and_says_where_it_serves()
    {
        using var process = Start("--grpc", "127.0.0.1:0", "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log-format", "json");
        try
        {
            var line = JsonDocument.Parse(await process.StandardError.ReadLineAsync() ?? "{}").RootElement;
            while (line.GetProperty("EventId").GetInt32() != 5001)
            {
                line = JsonDocument.Parse(await process.StandardError.ReadLineAsync() ?? "{}").RootElement;
            }

            using var http = new HttpClient();
            (await http.GetStringAsync($"http://{line.GetProperty("State").GetProperty("Admin").GetString()}/healthz")).Should().Be("ok\n");
        }
        finally
        {
            process.Kill();
        }
    }

    [SkippableFact]
    public async Task A_port_that_is_taken_ends_it_with_a_remedy()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var (code, _, error) = await RunAsync("serve", "--grpc", taken.LocalEndpoint.ToString()!, "--rest", "127.0.0.1:0", "--admin", "127.0.0.1:0");

        code.Should().Be(1);
        error.Should().Contain("--grpc");
    }

    // What a stock Envoy says at its start about our bootstraps: nothing.
    [SkippableTheory]
    [InlineData("newest", "")]
    [InlineData("newest", "--mode sotw")]
    [InlineData("newest", "--mode rest")]
    [InlineData("newest", "--profile gateway --service edge --xds localhost:18000")]
    [InlineData("oldest", "")]
    [InlineData("oldest", "--mode sotw")]
    [InlineData("oldest", "--mode rest")]
    [InlineData("oldest", "--profile gateway --service edge --xds localhost:18000")]
    public async Task Envoy_takes_a_bootstrap_without_a_warning(string version, string arguments)
    {
        var envoy = (version == "newest" ? RealParts.Envoy : RealParts.OldEnvoy).Require();
        var (_, bootstrap, _) = await RunAsync(["bootstrap", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "envoy.yaml");
        await File.WriteAllTextAsync(file, bootstrap);

        var (code, output, error) = await RunProgramAsync(envoy, "--mode", "validate", "-c", file, "-l", "warning");

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        code.Should().Be(0, error);
        (output + error).Should().NotContain("[warning]").And.NotContain("[error]");
    }

    private static async Task<string> AdminAddressAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.IndexOf("admin http://", StringComparison.Ordinal) is var at and >= 0)
            {
                return line[(at + "admin ".Length)..].Trim();
            }
        }

        throw new InvalidOperationException("The program ended before it served.");
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunProgramAsync(Program.Path, [.. Program.First, .. arguments]);

    private Process Start(params string[] arguments) => StartProgram(Program.Path, [.. Program.First, .. arguments]);

    private static Process StartProgram(string program, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = AppContext.BaseDirectory })!;

    private static async Task<(int Code, string Output, string Error)> RunProgramAsync(string program, params string[] arguments)
    {
        using var process = StartProgram(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
