using Envoy.Service.Discovery.V3;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class DiscoveryStreamTests : IAsyncDisposable
{
    private readonly FakeGroups _groups = new();
    private readonly FakeStream _stream = new();
    private readonly DiscoveryServer _server;
    private Task? _serving;

    public DiscoveryStreamTests() => _server = new DiscoveryServer(_groups, new DiscoveryOptions(), TimeProvider.System, NullLogger<DiscoveryServer>.Instance);

    [Fact]
    public async Task Delta_wildcard_client_gets_everything_then_only_changes()
    {
        var first = World.Snapshot(World.Cluster("a"), World.Cluster("b"));
        _groups.Snapshot.Publish(first);
        Serve(DiscoveryVariant.Delta);

        _stream.Send(new DeltaDiscoveryRequest { Node = FakeStream.Node(), TypeUrl = ResourceType.Cluster.TypeUrl });
        var all = await _stream.DeltaAsync();
        _stream.Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl, ResponseNonce = all.Nonce });
        _groups.Snapshot.Publish(World.Snapshot(first, World.Cluster("b", 1)));
        var change = await _stream.DeltaAsync();

        all.Resources.Select(r => r.Name).Should().Equal("a", "b");
        all.TypeUrl.Should().Be(ResourceType.Cluster.TypeUrl);
        all.ControlPlane.Identifier.Should().Be("xds-control-plane");
        change.Resources.Select(r => r.Name).Should().Equal("b");
        change.RemovedResources.Should().Equal("a");
        change.Nonce.Should().NotBe(all.Nonce);
    }

    [Fact]
    public async Task Sotw_client_gets_full_state_of_clusters_and_only_changed_assignments()
    {
        var first = World.Snapshot(World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Endpoint("b"));
        _groups.Snapshot.Publish(first);
        Serve(DiscoveryVariant.Sotw);

        _stream.Send(new DiscoveryRequest { Node = FakeStream.Node(), TypeUrl = ResourceType.Cluster.TypeUrl });
        var clusters = await _stream.SotwAsync();
        _stream.Send(new DiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl, ResponseNonce = clusters.Nonce, VersionInfo = clusters.VersionInfo });
        _stream.Send(new DiscoveryRequest { TypeUrl = ResourceType.Endpoint.TypeUrl, ResourceNames = { "a", "b" } });
        var endpoints = await _stream.SotwAsync();
        _stream.Send(new DiscoveryRequest { TypeUrl = ResourceType.Endpoint.TypeUrl, ResourceNames = { "a", "b" }, ResponseNonce = endpoints.Nonce, VersionInfo = endpoints.VersionInfo });
        _groups.Snapshot.Publish(World.Snapshot(first, World.Cluster("a"), World.Cluster("b"), World.Endpoint("a"), World.Endpoint("b", 1)));
        var change = await _stream.SotwAsync();

        clusters.Resources.Should().HaveCount(2);
        endpoints.Resources.Should().HaveCount(2);
        change.TypeUrl.Should().Be(ResourceType.Endpoint.TypeUrl);
        change.Resources.Should().HaveCount(1);
        change.VersionInfo.Should().NotBe(endpoints.VersionInfo);
    }

    [Fact]
    public async Task First_request_without_a_node_ends_the_stream()
    {
        Serve(DiscoveryVariant.Delta);

        _stream.Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl });

        (await FluentActions.Awaiting(() => _serving!).Should().ThrowAsync<DiscoveryException>()).Which.Fault.Should().Be(DiscoveryFault.InvalidArgument);
    }

    public async ValueTask DisposeAsync()
    {
        if (_serving is { IsCompleted: false })
        {
            _stream.End();
            await _serving;
        }

        _server.Streams.Count.Should().Be(0);
        _groups.Members.Should().Be(0);
    }

    private void Serve(DiscoveryVariant variant, ResourceType? onlyType = null) =>
        _serving = _server.ServeAsync(_stream, variant, onlyType, CancellationToken.None);
}
