using XdsServer.Groups;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>What golden cases emit is accepted by real Envoys: as a static configuration, and over xDS.</summary>
public sealed class GoldenTests : MeshTest
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var version in VersionsAttribute.All)
            {
                foreach (var name in GoldenMesh.Names())
                {
                    cases.Add(version, name);
                }
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Validation_accepts_it(string version, string name)
    {
        var program = EnvoyOf(version);
        var golden = GoldenMesh.Read(name);
        var file = Mesh.Write("static.yaml", StaticConfiguration.Of(golden));

        await using var validation = await ProcessOutput.RunAsync(program, ["--mode", "validate", "-l", "warning", "-c", file]);

        validation.ExitCode.Should().Be(0, "{0}\n{1}", validation.Tail, await File.ReadAllTextAsync(file));
        validation.Lines.Should().NotContain(l => golden.Group.Profile != ProxyProfile.Grpc && l.Contains("deprecated", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_running_envoy_accepts_it_over_xds(string version, string name)
    {
        var program = EnvoyOf(version);
        var golden = GoldenMesh.Read(name);
        if (golden.Group.Profile == ProxyProfile.Grpc)
        {
            // For gRPC libraries, which the proxyless tests run; Envoy itself never gets it.
            return;
        }

        using var keys = new TemporaryFolder();
        var server = Certificate.For("control.test");
        var (certificate, key) = (keys.Write("server.pem", server.Pem), keys.Write("server.key", server.PrivateKey));
        Mesh.Write("in.yaml", await File.ReadAllTextAsync(golden.InputFile));
        var options = OptionsOf(Mesh);
        await ServeAsync(options with { Grpc = options.Grpc with { Tls = new() { CertificateFile = certificate, PrivateKeyFile = key } } });
        var bootstrap = NewBootstrap() with { Profile = ProfileNames.NameOf(golden.Group.Profile), Namespace = golden.Group.Namespace, Service = golden.Group.Service, Machine = golden.Group.Node, ServerCertificate = certificate };

        var envoy = await StartEnvoyAsync(program, bootstrap.Text);

        var expected = golden.Of(ResourceType.Cluster).Select(c => c.Name);
        await Eventually.HoldsAsync("all clusters", async stop => expected.All((await envoy.ActiveClustersAsync(stop)).Contains), () => envoy.LogTail);
        var listeners = await envoy.AdminAsync("/listeners?format=json");
        foreach (var listener in golden.Of(ResourceType.Listener))
        {
            listeners.Should().Contain($"\"{listener.Name}\"");
        }
    }
}
