using System.Text.Json;
using XdsServer.Cli;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Proxyless;

/// <summary>gRPC clients that speak xDS themselves, of two implementations that are not ours, with the bootstrap that we print.</summary>
public sealed class GrpcClientTests : MeshTest
{
    private const string Target = "xds:///web.demo.svc.cluster.local:80";

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Calls_are_spread_over_all_endpoints(string client)
    {
        var program = ProgramOf(client);
        var upstreams = await UpstreamsAsync("a", "b", "c");
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "grpc", [.. upstreams.Select(u => (object)u.Port)]));
        await ServeAsync();

        await using var run = await ProcessOutput.RunAsync(program, [ScriptOf(client), Target, "60"], await EnvironmentAsync());

        run.ExitCode.Should().Be(0, "{0}", run.Tail);
        var answers = JsonSerializer.Deserialize<Dictionary<string, int>>(run.Lines.Last(l => l.StartsWith('{')))!;
        answers.Keys.Should().BeEquivalentTo("a", "b", "c");
        answers.Values.Should().OnlyContain(v => v >= 5);
    }

    [SkippableTheory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task A_running_client_follows_its_endpoints(string client)
    {
        var program = ProgramOf(client);
        var upstreams = await UpstreamsAsync("old", "new");
        Mesh.Write("web.yaml", Manifests.Service("web", 80, "grpc", upstreams[0].Port));
        await ServeAsync();
        await using var run = ProcessOutput.Start(program, [ScriptOf(client), Target, "0", "new"], await EnvironmentAsync());
        await Eventually.HoldsAsync("the first answer", () => run.Lines.Contains("started") || run.HasExited, () => run.Tail);

        Mesh.Write("web.yaml", Manifests.Service("web", 80, "grpc", upstreams[1].Port));

        await run.WaitAsync(TimeSpan.FromMinutes(1));
        run.ExitCode.Should().Be(0, "{0}", run.Tail);
        run.Lines[^1].Should().Contain("\"new\"").And.Contain("\"old\"");
    }

    private static string ProgramOf(string client) => (client == "node" ? RealParts.Node : RealParts.Python).Require();

    private static string ScriptOf(string client) => Repository.PathOf("tests", "clients", client, client == "node" ? "xds.js" : "xds.py");

    private async Task<Upstream[]> UpstreamsAsync(params string[] names)
    {
        var upstreams = await Task.WhenAll(names.Select(Upstream.StartHttp2Async));
        Array.ForEach(upstreams, u => Keep(u));
        return upstreams;
    }

    private async Task<Dictionary<string, string>> EnvironmentAsync()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(["bootstrap", "--profile", "grpc", "--namespace", "demo", "--xds", ControlPlane.GrpcAddress.ToString()], output, error, CancellationToken.None);
        exit.Should().Be(0, "{0}", error);
        return new(StringComparer.Ordinal) { ["GRPC_XDS_BOOTSTRAP"] = Mesh.Write("bootstrap.grpc", output.ToString()) };
    }
}
