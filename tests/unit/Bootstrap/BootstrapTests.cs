using System.Text.Json;
using XdsServer.Cli;
using YamlDotNet.RepresentationModel;

namespace XdsServer.Tests.Unit.Bootstrap;

/// <summary>Bootstraps as the command prints them. Files under <c>Golden</c>; <c>UPDATE_GOLDEN=1</c> rewrites them.</summary>
public sealed class BootstrapTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "sidecar.yaml", "" },
        { "sotw.yaml", "--profile sidecar --namespace demo --service web --mode sotw --egress-port 16001 --inbound-port 16006 --admin-port 16000 --node-id web-1" },
        { "rest.yaml", "--profile sidecar --namespace demo --service web --mode rest" },
        { "transparent-tls.yaml", "--profile transparent --namespace demo --service web --xds control-plane.example.com:443 --tls-ca /etc/xds/ca.pem --tls-cert /etc/xds/tls.pem --tls-key /etc/xds/tls.key" },
        { "gateway.yaml", "--profile gateway --namespace demo --service edge --region eu --zone eu-1 --xds [::1]:18000" },
        { "node.yaml", "--profile node --node-id machine-7" },
        { "grpc.json", "--profile grpc --namespace demo" },
        { "grpc-tls.json", "--profile grpc --namespace demo --xds xds.example.com:443 --tls-ca /etc/xds/ca.pem --zone eu-1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_the_command_prints_is_the_golden_file(string file, string arguments)
    {
        var path = Repository.PathOf("tests", "unit", "Bootstrap", "Golden", file);
        var printed = await PrintAsync(arguments);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, printed);
        }

        printed.Should().Be(await File.ReadAllTextAsync(path));
    }

    [Fact]
    public void No_golden_file_is_orphaned() =>
        Directory.EnumerateFiles(Repository.PathOf("tests", "unit", "Bootstrap", "Golden")).Select(Path.GetFileName).Should().BeEquivalentTo(Cases.Select(c => (string)c[0]));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_well_formed_and_carries_the_metadata_that_the_server_reads(string file, string arguments)
    {
        var printed = await PrintAsync(arguments);
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            JsonDocument.Parse(printed).RootElement.GetProperty("node").GetProperty("metadata").GetProperty("profile").GetString().Should().Be("grpc");
            return;
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(printed));
        var metadata = (YamlMappingNode)yaml.Documents[0].RootNode["node"]["metadata"];
        metadata.Children.Keys.Select(k => k.ToString()).Should().Contain(["profile", "namespace", "service", "egress_port", "inbound_port"]);
    }

    // With a mode of streams the clusters come on one ADS stream; HTTP/2 must be on, because without it nothing would warn.
    [Theory]
    [InlineData("--mode delta", "DELTA_GRPC")]
    [InlineData("--mode sotw", "GRPC")]
    public async Task Streams_use_http2_with_keepalive(string arguments, string type)
    {
        var printed = await PrintAsync(arguments);

        printed.Should().Contain($"api_type: {type}\n").And.Contain("http2_protocol_options:").And.Contain("connection_keepalive: {interval: 30s, timeout: 5s}")
            .And.Contain("set_node_on_first_message_only: true").And.NotContain("initial_fetch_timeout: 0s");
    }

    [Theory]
    [InlineData("true", "\"true\"")]
    [InlineData("007", "\"007\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData("", "\"\"")]
    [InlineData("web-1.demo", "web-1.demo")]
    public void Values_read_back_as_the_text_they_were(string text, string scalar) => XdsServer.Bootstrap.YamlScalar.Of(text).Should().Be(scalar);

    private static async Task<string> PrintAsync(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(["bootstrap", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], output, error, CancellationToken.None);
        code.Should().Be(0, error.ToString());
        return output.ToString();
    }
}
