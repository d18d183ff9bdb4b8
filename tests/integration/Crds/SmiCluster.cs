using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.Crds;

/// <summary>The tests that share one API server, because each takes a third of a gigabyte.</summary>
[CollectionDefinition(Name)]
public sealed class SmiClusterCollection : ICollectionFixture<SmiCluster>
{
    /// <summary>As test classes name it.</summary>
    public const string Name = "SMI cluster";
}

/// <summary>An API server with the CRDs of <c>deploy/crds</c>. It starts when the first test asks for it, so that a test can skip without it.</summary>
public sealed class SmiCluster : IAsyncLifetime
{
    private KubernetesServer? _server;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    // Tests of one collection run one after the other.
    internal async Task<KubernetesServer> ServerAsync()
    {
        if (_server is null)
        {
            _server = await KubernetesServer.StartAsync(RealParts.Kubernetes.Require());
            await _server.KubectlOkAsync("create", "-f", Repository.PathOf("deploy", "crds"));
            await _server.KubectlOkAsync("create", "namespace", "demo");
            await _server.KubectlOkAsync("create", "namespace", "other");
            await _server.KubectlOkAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=40s");
        }

        return _server;
    }
}
