namespace XdsServer.Tests.Integration.Harness;

/// <summary>A running Kubernetes API server with an empty store of its own, and kubectl for it. There are no nodes: pods never run.</summary>
internal sealed class KubernetesServer : IAsyncDisposable
{
    private readonly string _program;
    private readonly ProcessOutput _process;
    private readonly TemporaryFolder _folder;

    private KubernetesServer(string program, ProcessOutput process, TemporaryFolder folder)
    {
        _program = program;
        _process = process;
        _folder = folder;
    }

    /// <summary>The kubeconfig of an administrator.</summary>
    public string Kubeconfig => _folder.PathOf("admin.kubeconfig");

    /// <summary>A file among the server's own: certificates, keys, process ids.</summary>
    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Starts it; returns when it answers.</summary>
    public static async Task<KubernetesServer> StartAsync(string program, params string[] more)
    {
        var folder = new TemporaryFolder();
        var process = ProcessOutput.Start(program, ["up", "--dir", folder.Path, .. more]);
        await Eventually.HoldsAsync(
            "a Kubernetes API server", () => process.HasExited || process.Lines.Any(l => l.StartsWith("ready ", StringComparison.Ordinal)), () => process.Tail);
        return process.HasExited ? throw new InvalidOperationException($"The API server ended at once:\n{process.Tail}") : new KubernetesServer(program, process, folder);
    }

    /// <summary>Runs kubectl to its end, whatever that is.</summary>
    public Task<ProcessOutput> KubectlAsync(params string[] arguments) =>
        ProcessOutput.RunAsync(_program, ["kubectl", "--kubeconfig", Kubeconfig, .. arguments]);

    /// <summary>Runs kubectl, which must succeed; what it printed.</summary>
    public async Task<string> KubectlOkAsync(params string[] arguments)
    {
        await using var run = await KubectlAsync(arguments);
        run.ExitCode.Should().Be(0, "kubectl {0} says:\n{1}", string.Join(' ', arguments), run.Tail);
        return string.Join('\n', run.Lines);
    }

    /// <summary>Creates the objects of a manifest, which must succeed.</summary>
    public Task CreateAsync(string manifest, params string[] more) => KubectlOkAsync(["create", "-f", _folder.Write("manifest.yaml", manifest), .. more]);

    /// <summary>Tries to create the objects of a manifest, which must fail; what the API server says.</summary>
    public async Task<string> RefusalAsync(string manifest)
    {
        await using var run = await KubectlAsync("create", "-f", _folder.Write("manifest.yaml", manifest));
        run.ExitCode.Should().NotBe(0, "the API server must refuse:\n{0}", manifest);
        return string.Join('\n', run.Lines);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
