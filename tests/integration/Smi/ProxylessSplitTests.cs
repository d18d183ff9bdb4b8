using System.Text.Json;
using XdsServer.Cli;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>gRPC clients without a proxy follow the same splits and matches.</summary>
public sealed class ProxylessSplitTests : SmiMesh
{
    private const int Calls = 600;

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Calls_are_shared_as_the_weights_say(string client)
    {
        var shares = await CallAsync(client, await ServicesAsync("grpc", "web", "v1", "v2", "v3") + Split("web", "v1: 3, v2: 1, v3: 0"));

        shares.ShouldBe(("v1", 3), ("v2", 1), ("v3", 0));
    }

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task A_match_reaches_exactly_its_backend(string client)
    {
        var mesh = await ServicesAsync("grpc", "web", "v1", "v2")
            + Group("group", "{name: say, pathRegex: '/test[.]Echo/Say$', methods: [POST]}")
            + Split("web", "v1: 1")
            + Split("web", "v2: 1", name: "say", more: ByGroup);

        (await CallAsync(client, mesh)).ShouldBe(("v2", 1));
    }

    private async Task<Shares> CallAsync(string client, string mesh)
    {
        var program = (client == "node" ? RealParts.Node : RealParts.Python).Require();
        Mesh.Write("mesh.yaml", mesh);
        await ServeAsync();
        using var output = new StringWriter();
        await CommandLine.RunAsync(["bootstrap", "--profile", "grpc", "--namespace", "demo", "--xds", ControlPlane.GrpcAddress.ToString()], output, output, CancellationToken.None);
        var script = Repository.PathOf("tests", "clients", client, client == "node" ? "xds.js" : "xds.py");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GRPC_XDS_BOOTSTRAP"] = Mesh.Write("bootstrap.grpc", output.ToString()) };

        await using var run = await ProcessOutput.RunAsync(program, [script, "xds:///web.demo.svc.cluster.local:80", $"{Calls}"], environment);

        run.ExitCode.Should().Be(0, "{0}", run.Tail);
        var answers = JsonSerializer.Deserialize<Dictionary<string, int>>(run.Lines.Last(l => l.StartsWith('{')))!;
        return Shares.Of(answers);
    }
}
