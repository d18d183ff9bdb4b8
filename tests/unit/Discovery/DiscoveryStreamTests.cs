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

    [Fact]
    public async Task Unknown_proxy_is_told_what_to_change()
    {
        Serve(DiscoveryVariant.Delta);

        _stream.Send(new DeltaDiscoveryRequest { Node = FakeStream.Node("stranger"), TypeUrl = ResourceType.Cluster.TypeUrl });

        (await FluentActions.Awaiting(() => _serving!).Should().ThrowAsync<DiscoveryException>()).WithMessage("*add a profile*");
    }

    [Fact]
    public async Task Garbage_ends_the_stream_with_a_clear_fault()
    {
        Serve(DiscoveryVariant.Sotw);

        _stream.SendBytes(0xFF, 0xFF, 0xFF);

        (await FluentActions.Awaiting(() => _serving!).Should().ThrowAsync<DiscoveryException>()).Which.Fault.Should().Be(DiscoveryFault.InvalidArgument);
    }

    [Fact]
    public async Task Unknown_type_on_an_aggregated_stream_harms_nobody()
    {
        _groups.Snapshot.Publish(World.Snapshot(World.Cluster("a")));
        Serve(DiscoveryVariant.Delta);

        _stream.Send(new DeltaDiscoveryRequest { Node = FakeStream.Node(), TypeUrl = "type.googleapis.com/example.Unknown" });
        _stream.Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl });

        (await _stream.DeltaAsync()).Resources.Should().HaveCount(1);
    }

    [Fact]
    public async Task Wrong_type_on_a_one_type_stream_ends_it()
    {
        Serve(DiscoveryVariant.Delta, ResourceType.Cluster);

        _stream.Send(new DeltaDiscoveryRequest { Node = FakeStream.Node(), TypeUrl = ResourceType.Endpoint.TypeUrl });

        (await FluentActions.Awaiting(() => _serving!).Should().ThrowAsync<DiscoveryException>()).Which.Fault.Should().Be(DiscoveryFault.InvalidArgument);
    }

    [Fact]
    public async Task Status_shows_what_was_sent_accepted_and_rejected()
    {
        var first = World.Snapshot(World.Cluster("a"));
        _groups.Snapshot.Publish(first);
        Serve(DiscoveryVariant.Delta);
        _stream.Send(new DeltaDiscoveryRequest { Node = FakeStream.Node(), TypeUrl = ResourceType.Cluster.TypeUrl });
        var all = await _stream.DeltaAsync();
        _stream.Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl, ResponseNonce = all.Nonce });
        _groups.Snapshot.Publish(World.Snapshot(first, World.Cluster("a", 1)));
        var change = await _stream.DeltaAsync();
        _stream.Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl, ResponseNonce = change.Nonce, ErrorDetail = new() { Message = "a is bad" } });
        _groups.Snapshot.Publish(World.Snapshot(first, World.Cluster("a", 1), World.Cluster("b")));
        (await _stream.DeltaAsync()).Resources.Select(r => r.Name).Should().Equal("b");

        var status = _server.Streams.Read().Should().ContainSingle().Subject;
        var clusters = status.Types.Should().ContainSingle().Subject;

        status.NodeId.Should().Be("node-1");
        status.Group.Should().Be("everybody");
        clusters.Acks.Should().Be(1);
        clusters.Nacks.Should().Be(1);
        clusters.Responses.Should().Be(3);
        clusters.Error.Should().Be("a is bad");
        clusters.AckedVersion.Should().Be(all.SystemVersionInfo);
        clusters.NackedVersion.Should().Be(change.SystemVersionInfo);
        clusters.Waiting.Should().ContainSingle().Which.Should().Contain("rejected");
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
