namespace XdsServer.Tests.Integration;

/// <summary>The real programs that tests drive. A test that lacks one skips with a line that says how to get it.</summary>
internal static class RealParts
{
    /// <summary>Envoy, the newest version that is supported.</summary>
    public static readonly RealPart Envoy = new("envoy", "ENVOY_BIN", "envoy", "Install Envoy 1.40 (envoyproxy.io) and set ENVOY_BIN to it, or put envoy on the PATH, or start Docker.", Otherwise: () => FromImage("v1.40.0"));

    /// <summary>Envoy, the oldest version that is supported.</summary>
    public static readonly RealPart OldEnvoy = new("envoy-old", "ENVOY_OLD_BIN", null, "Install Envoy 1.36 and set ENVOY_OLD_BIN to it, or start Docker.", Otherwise: () => FromImage("v1.36.2"));

    /// <summary>Envoy's whole API with its limits.</summary>
    public static readonly RealPart EnvoyApi = new("envoy-api", "ENVOY_API_BINPB", null, "Set ENVOY_API_BINPB to a FileDescriptorSet of Envoy's API.");

    /// <summary>A load generator.</summary>
    public static readonly RealPart Fortio = new("fortio", "FORTIO_BIN", "fortio", "Install fortio (fortio.org) and set FORTIO_BIN to it.");

    /// <summary>A gRPC client that uses reflection.</summary>
    public static readonly RealPart Grpcurl = new("grpcurl", "GRPCURL_BIN", "grpcurl", "Install grpcurl and set GRPCURL_BIN to it.");

    /// <summary>The peer of the benchmarks: go-control-plane behind the control contract.</summary>
    public static readonly RealPart GcpServer = new("gcp-server", "GCP_SERVER_BIN", null, "Set GCP_SERVER_BIN to the peer of the benchmarks.");

    /// <summary>Node.js, with the packages of tests/clients/node.</summary>
    public static readonly RealPart Node = new("node", "NODE_BIN", "node", "Install Node.js 20 and run 'npm ci --prefix tests/clients/node'.", HasNodePackages);

    /// <summary>Python with grpcio.</summary>
    public static readonly RealPart Python = new("python", "PYTHON_BIN", "/usr/bin/python3", "Install Debian's python3-grpcio, or set PYTHON_BIN to a Python that has grpcio.", HasGrpcio);

    /// <summary>Runs a command in a network namespace with addresses of its own; needs root.</summary>
    public static readonly RealPart Netns = new("netns", "XDS_IN_NETNS", null, "As root, set XDS_IN_NETNS to a script that runs its arguments in a network namespace.");

    /// <summary>A real Kubernetes API server with kubectl, in one program.</summary>
    public static readonly RealPart Kubernetes = new("kubernetes", "KUBETEST_BIN", null, "Set KUBETEST_BIN to a program that starts a Kubernetes API server by 'up --dir DIR' and is kubectl by 'kubectl …'.");

    private static string? FromImage(string tag) => EnvoyImage.Program(tag, Repository.PathOf("artifacts", "envoy"));

    private static bool HasNodePackages(string node) => Directory.Exists(Repository.PathOf("tests", "clients", "node", "node_modules", "@grpc", "grpc-js"));

    private static bool HasGrpcio(string python)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(python, ["-c", "import grpc"]) { RedirectStandardError = true, UseShellExecute = false });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>One real program.</summary>
/// <param name="Name">As <c>XDS_TEST_REQUIRE</c> lists it.</param>
/// <param name="Variable">The environment variable that names it.</param>
/// <param name="Fallback">A program on the PATH or an absolute path, used without the variable; null: none.</param>
/// <param name="HowToGet">For whoever lacks it.</param>
/// <param name="IsComplete">What else must hold; null: nothing.</param>
/// <param name="Otherwise">The last place to get it from; null: none.</param>
internal sealed record RealPart(string Name, string Variable, string? Fallback, string HowToGet, Func<string, bool>? IsComplete = null, Func<string?>? Otherwise = null)
{
    /// <summary>Whether <see cref="Variable"/> is set.</summary>
    public bool IsNamed => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>The program's path. Without it the test is skipped, or fails when <c>XDS_TEST_REQUIRE</c> lists the name.</summary>
    public string Require()
    {
        if (Find() is { } path && IsComplete?.Invoke(path) != false)
        {
            return path;
        }

        var required = (Environment.GetEnvironmentVariable("XDS_TEST_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        required.Should().NotContain(Name, "XDS_TEST_REQUIRE lists it, but it is missing: {0}", HowToGet);
        throw new SkipException($"{Name} is missing: {HowToGet}");
    }

    /// <summary>Where a program is that the PATH leads to, or that is named by an absolute path; null: nowhere.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(p => p.Length > 0).Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);

    private string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new InvalidOperationException($"{Variable} names '{named}', which does not exist.");
        }

        return (Fallback is null ? null : OnPath(Fallback)) ?? Otherwise?.Invoke();
    }
}
