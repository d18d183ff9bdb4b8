using XdsServer.Cli;

namespace XdsServer.Tests.Unit.Cli;

/// <summary>The command tree, invoked in this process.</summary>
public sealed class CommandLineTests
{
    private static readonly string Example = Repository.PathOf("examples", "quickstart");

    [Theory]
    [InlineData("bogus")]
    [InlineData("validate")]
    [InlineData("translate", "x", "--profile", "ingress")]
    [InlineData("translate", "x", "--type", "xyz")]
    [InlineData("translate", "x", "-o", "xml")]
    [InlineData("bootstrap", "--mode", "push")]
    [InlineData("bootstrap", "--xds", "nowhere")]
    [InlineData("bootstrap", "--egress-port", "99999")]
    [InlineData("bootstrap", "--tls-cert", "a.pem")]
    [InlineData("validate", "no/such/folder")]
    [InlineData("translate", "no/such/folder", "--profile", "sidecar")]
    [InlineData("serve", "--kubernetes")]
    [InlineData("serve", "--consul", "http://127.0.0.1:8500")]
    [InlineData("serve", "--grpc", "18000")]
    [InlineData("--admin", "nonsense")]
    [InlineData("serve", "--config", "no-such.json")]
    public async Task Wrong_usage_is_exit_code_2_with_a_message(params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);

        code.Should().Be(2);
        error.Should().StartWith("error: ");
    }

    [Fact]
    public async Task Sources_that_come_later_say_so()
    {
        var (_, _, error) = await RunAsync("serve", "--kubernetes", "--kubeconfig", "x");

        error.Should().Contain("--kubernetes is not available yet").And.Contain("--files");
    }

    [Fact]
    public async Task Validate_finds_nothing_wrong_with_the_examples()
    {
        (await RunAsync("validate", Example)).Code.Should().Be(0);
        (await RunAsync("validate", Repository.PathOf("examples", "compose"))).Code.Should().Be(0);
        (await RunAsync("validate", Repository.PathOf("examples", "canary"))).Output.Should().Contain("0 errors, 0 warnings");
    }

    [Fact]
    public async Task Validate_fails_on_errors_and_says_where()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "bad.yaml"), "apiVersion: mesh.xdscontrolplane.dev/v1alpha1\nkind: MeshServices\nmetadata: {name: web}\n");

            var (code, output, _) = await RunAsync("validate", folder.FullName);

            code.Should().Be(1);
            output.Should().Contain("bad.yaml:2").And.Contain("MeshService");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Translate_prints_what_a_proxy_gets_as_yaml_and_json()
    {
        var (code, yaml, _) = await RunAsync("translate", Example, "--profile", "sidecar", "--namespace", "default", "--type", "cds");
        var (_, json, _) = await RunAsync("translate", Example, "--profile", "sidecar", "--namespace", "default", "--type", "cds", "-o", "json");

        code.Should().Be(0);
        yaml.Should().StartWith("cds:\n").And.Contain("name: default/admin/http");
        System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("cds").EnumerateArray().Select(c => c.GetProperty("name").GetString()).Should().Contain("default/admin/http");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    [InlineData("validate", "--help")]
    [InlineData("translate", "--help")]
    [InlineData("bootstrap", "--help")]
    public async Task Help_has_examples(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);

        (code, error).Should().Be((0, ""));
        output.Should().Contain("Usage:").And.Contain("Examples:\n  XdsServer");
    }

    [Fact]
    public async Task Translate_says_what_shapes_a_service_beside_the_resources()
    {
        var (code, output, error) = await RunAsync("translate", Repository.PathOf("examples", "canary"), "--profile", "sidecar", "--namespace", "default", "--type", "rds");

        code.Should().Be(0);
        error.Should().Contain("default/web is shaped by TrafficSplit default/web (files): requests go to default/web-v1 100, default/web-v2 0")
            .And.Contain("through HTTPRouteGroup default/beta (files): matching requests go to default/web-v2 1");
        output.Should().NotContain("shaped");
    }

    [Fact]
    public async Task Version_prints_one_line() => (await RunAsync("version")).Output.Should().MatchRegex(@"^XdsServer \d+\.\d+\.\d+\n$");

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, output, error, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
