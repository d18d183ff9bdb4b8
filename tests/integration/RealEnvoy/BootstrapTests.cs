using System.Globalization;
using XdsServer.Cli;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>What <c>XdsServer bootstrap</c> prints starts Envoys, without one word of warning.</summary>
public sealed class BootstrapTests : MeshTest
{
    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var version in VersionsAttribute.All)
            {
                foreach (var profile in (string[])["sidecar", "transparent", "gateway", "node"])
                {
                    foreach (var mode in (string[])["delta", "sotw", "rest"])
                    {
                        cases.Add(version, profile, mode);
                    }
                }
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Envoy_starts_with_it_without_a_warning(string version, string profile, string mode)
    {
        var program = EnvoyOf(version);
        var upstream = await KeepAsync(Upstream.StartAsync("web"));
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", upstream.Port));
        await ServeAsync();
        var (egress, inbound) = (FreePort.Take(), FreePort.Take());
        var address = mode == "rest" ? ControlPlane.RestAddress : ControlPlane.GrpcAddress;

        var bootstrap = await PrintAsync(
            "--profile", profile, "--namespace", "demo", "--mode", mode, "--xds", address.ToString(),
            "--egress-port", egress.ToString(CultureInfo.InvariantCulture), "--inbound-port", inbound.ToString(CultureInfo.InvariantCulture), "--admin-port", "0");
        await StartEnvoyAsync(program, bootstrap);

        if (profile is "sidecar" or "node")
        {
            await ClientOf(egress).AnsweredByAsync("web.demo", "web");
        }
    }

    private static async Task<string> PrintAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(["bootstrap", .. arguments], output, error, CancellationToken.None);
        exit.Should().Be(0, "{0}", error);
        return output.ToString();
    }
}
