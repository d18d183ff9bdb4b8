using System.Net;
using XdsServer.Cli;
using XdsServer.Model;
using XdsServer.Sources.Files;
using YamlDotNet.RepresentationModel;

namespace XdsServer.Tests.Unit.Deployment;

/// <summary>Whether everything that docker-compose.envoy.yml names is there and fits together.</summary>
public sealed class ComposeFileTests
{
    private static readonly YamlMappingNode Services = (YamlMappingNode)Load("docker-compose.envoy.yml")["services"];

    [Fact]
    public void It_has_a_control_plane_two_envoys_and_three_upstreams()
    {
        Services.Children.Should().HaveCount(6);
        Names(image: "envoyproxy/envoy:").Should().HaveCount(2);
        Names(image: "fortio/fortio:").Should().HaveCount(3);
        Service("control-plane")["build"].ToString().Should().Be(".");
        File.Exists(Repository.PathOf("Dockerfile")).Should().BeTrue();
    }

    // PublishedProgramTests use the program that this publishes.
    [Fact]
    public void The_image_has_the_native_program() =>
        File.ReadAllText(Repository.PathOf("Dockerfile")).Should().Contain("-p:PublishAot=true").And.Contain("FROM mcr.microsoft.com/dotnet/sdk:10.0-noble-aot").And.Contain("FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled");

    [Fact]
    public void Images_have_exact_versions() =>
        All().Where(s => s.Children.ContainsKey("image")).Select(s => s["image"].ToString()).Should().OnlyContain(i => i.Contains(':') && !i.EndsWith(":latest", StringComparison.Ordinal));

    [Fact]
    public void Every_mounted_path_exists()
    {
        var mounts = All().SelectMany(s => List(s, "volumes")).Select(v => v.Split(':')).ToList();

        mounts.Should().HaveCount(3).And.OnlyContain(m => m.Length == 3 && m[2] == "ro");
        mounts.Select(m => Repository.PathOf(m[0])).Should().OnlyContain(p => File.Exists(p) || Directory.Exists(p));
    }

    [Fact]
    public void Commands_name_what_is_mounted()
    {
        foreach (var service in All())
        {
            var targets = List(service, "volumes").Select(v => v.Split(':')[1]).ToList();
            var named = List(service, "command").Where(a => a.StartsWith('/'));
            named.Should().BeEquivalentTo(targets);
        }
    }

    [Fact]
    public void Other_services_that_are_named_exist()
    {
        var named = All().SelectMany(s => List(s, "depends_on")).Concat(All().Where(s => s.Children.ContainsKey("network_mode")).Select(s => s["network_mode"].ToString().Split(':')[1]));

        named.Should().NotBeEmpty().And.OnlyContain(n => Services.Children.ContainsKey(n));
    }

    [Fact]
    public void Published_ports_are_ports_that_somebody_listens_on()
    {
        var published = List(Service("control-plane"), "ports").Select(p => int.Parse(p.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture));
        var gateways = Mesh().Gateways.SelectMany(g => g.Listeners).Select(l => l.Port);

        published.Should().BeEquivalentTo([18000, 18001, 18002, .. gateways]);
    }

    [Fact]
    public void Endpoints_of_the_mesh_are_ports_of_the_upstreams_and_no_port_is_used_twice()
    {
        var listening = Names("fortio/fortio:").SelectMany(n => List(Service(n), "command")).Where(a => IPEndPoint.TryParse(a, out _) && a.Contains(':')).Select(a => IPEndPoint.Parse(a).Port).ToList();
        var wanted = Mesh().Endpoints.SelectMany(e => e.Endpoints).SelectMany(e => e.Ports.Values);

        listening.Should().OnlyHaveUniqueItems();
        wanted.Should().NotBeEmpty().And.BeSubsetOf(listening);
    }

    [Theory]
    [InlineData("gateway.yaml", "--profile gateway --namespace demo --service edge --admin-port 15010")]
    [InlineData("sidecar.yaml", "--profile sidecar --namespace demo --service ping")]
    public async Task Mounted_bootstraps_are_what_the_command_prints(string file, string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        await CommandLine.RunAsync(["bootstrap", .. arguments.Split(' ')], output, TextWriter.Null, CancellationToken.None);

        (await File.ReadAllTextAsync(Repository.PathOf("deploy", "envoy", file))).Should().Be(output.ToString());
    }

    [Fact]
    public void The_workloads_of_the_bootstraps_are_in_the_mesh()
    {
        var mesh = Mesh();

        mesh.Gateways.Select(g => g.Key.ToString()).Should().Contain(WorkloadOf("gateway.yaml"));
        mesh.Services.Select(s => s.Key.ToString()).Should().Contain(WorkloadOf("sidecar.yaml"));
    }

    private static string WorkloadOf(string bootstrap)
    {
        var metadata = Load("deploy", "envoy", bootstrap)["node"]["metadata"];
        return $"{metadata["namespace"]}/{metadata["service"]}";
    }

    private static MeshFragment Mesh()
    {
        var mesh = FilesReader.Read([Repository.PathOf("examples", "compose")]);
        mesh.Diagnostics.Should().BeEmpty();
        return mesh;
    }

    private static YamlNode Load(params string[] path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Repository.PathOf(path))));
        return yaml.Documents[0].RootNode;
    }

    private static IEnumerable<YamlMappingNode> All() => Services.Children.Values.Cast<YamlMappingNode>();

    private static YamlMappingNode Service(string name) => (YamlMappingNode)Services[name];

    private static IEnumerable<string> Names(string image) =>
        Services.Children.Where(s => ((YamlMappingNode)s.Value).Children.TryGetValue("image", out var i) && i.ToString().StartsWith(image, StringComparison.Ordinal)).Select(s => s.Key.ToString());

    private static IEnumerable<string> List(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var list) ? ((YamlSequenceNode)list).Select(i => i.ToString()) : [];
}
