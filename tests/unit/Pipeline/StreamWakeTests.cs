using System.Diagnostics.Metrics;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Hosting;
using XdsServer.Metrics;
using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Tests.Unit.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Pipeline;

/// <summary>From a source's fragment to what a stream sends: the pipeline, the groups and a stream together.</summary>
public sealed class StreamWakeTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Meter _meter = new("test");
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));
    private readonly Source _source = new();
    private readonly FakeStream _stream = new();
    private readonly MeshPipeline _pipeline;
    private readonly Task _running;
    private readonly Task _serving;

    public StreamWakeTests()
    {
        var groups = new ProxyGroupStore(new GroupOptions(), _time, NullLogger<ProxyGroupStore>.Instance);
        _pipeline = new MeshPipeline([_source], groups, HostParts.Stages, new PipelineMetrics(_meter), new PipelineOptions(), _time, NullLogger<MeshPipeline>.Instance);
        var server = new DiscoveryServer(groups, new DiscoveryOptions(), _time, NullLogger<DiscoveryServer>.Instance);
        _running = _pipeline.RunAsync(_stop.Token);
        _serving = server.ServeAsync(_stream, DiscoveryVariant.Delta, onlyType: null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _stream.End();
        await _serving;
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task An_event_that_changes_nothing_publishes_nothing_and_sends_nothing()
    {
        var mesh = Mesh("10.0.0.1", "10.0.0.2");
        await ConnectAsync(mesh);
        var status = _pipeline.Status.Value!;

        _source.Fragment.Publish(mesh with { AsOf = mesh.AsOf.AddSeconds(1) });
        _source.Fragment.Publish(mesh with { Services = [.. mesh.Services], Endpoints = [.. mesh.Endpoints] });
        _time.Advance(TimeSpan.FromSeconds(5));
        await NothingIsSentAsync();

        _pipeline.Status.Value.Should().BeSameAs(status);

        // What comes next is the next change, so the pipeline had seen the events before and let them be.
        _source.Fragment.Publish(Mesh("10.0.0.1"));
        (await NextAsync(ResourceType.Endpoint)).Resources.Should().ContainSingle().Which.Name.Should().Be("demo/web/http");
        _pipeline.Status.Value.Should().Match<PipelineStatus>(s => s.Run == status.Run + 1);
    }

    [Fact]
    public async Task A_changed_endpoint_is_one_resource_in_one_response()
    {
        var mesh = Mesh("10.0.0.1", "10.0.0.2");
        await ConnectAsync(mesh);

        _source.Fragment.Publish(mesh with { Endpoints = [Meshes.Endpoints("api", "10.0.1.1"), Meshes.Endpoints("web", "10.0.0.2")] });

        (await NextAsync(ResourceType.Endpoint)).Resources.Should().ContainSingle().Which.Name.Should().Be("demo/web/http");
        await NothingIsSentAsync();
    }

    private static MeshFragment Mesh(params string[] web) => Meshes.Fragment(Meshes.Endpoints("api", "10.0.1.1"), Meshes.Endpoints("web", web)) with
    {
        Services = [Api, Web],
    };

    private static readonly MeshService Api = Meshes.Service("api");
    private static readonly MeshService Web = Meshes.Service("web");

    private async Task ConnectAsync(MeshFragment mesh)
    {
        _source.Fragment.Publish(mesh);
        Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Cluster.TypeUrl, Node = Sidecar() });
        (await NextAsync(ResourceType.Cluster)).Resources.Should().HaveCount(2);
        Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Endpoint.TypeUrl, ResourceNamesSubscribe = { "demo/api/http", "demo/web/http" } });
        (await NextAsync(ResourceType.Endpoint)).Resources.Should().HaveCount(2);
        Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Listener.TypeUrl });
        (await NextAsync(ResourceType.Listener)).Resources.Should().ContainSingle();
        Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Route.TypeUrl, ResourceNamesSubscribe = { "egress" } });
        (await NextAsync(ResourceType.Route)).Resources.Should().ContainSingle();
    }

    // Requests are handled in order: when the answer to this one comes next, nothing else was to be sent.
    private async Task NothingIsSentAsync()
    {
        Send(new DeltaDiscoveryRequest { TypeUrl = ResourceType.Runtime.TypeUrl, ResourceNamesSubscribe = { "nothing" } });
        (await NextAsync(ResourceType.Runtime)).RemovedResources.Should().Equal("nothing");
    }

    private async Task<DeltaDiscoveryResponse> NextAsync(ResourceType type)
    {
        var response = await _stream.DeltaAsync();
        response.TypeUrl.Should().Be(type.TypeUrl);
        Send(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });
        return response;
    }

    private void Send(DeltaDiscoveryRequest request) => _stream.Send(request);

    private static Node Sidecar() => new()
    {
        Id = "s1",
        Metadata = new Struct { Fields = { ["profile"] = Value.ForString("sidecar"), ["namespace"] = Value.ForString("demo") } },
    };

    private sealed class Source : IMeshSource
    {
        public string Name => "test";

        public Latest<MeshFragment> Fragment { get; } = new();

        public Task RunAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
