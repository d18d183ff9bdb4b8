using System.Diagnostics.Metrics;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Hosting;
using XdsServer.Metrics;
using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;

namespace XdsServer.Tests.Unit.Pipeline;

/// <summary>The loop with a clock that stands still: what moves it is a source, a proxy or the test.</summary>
public sealed class MeshPipelineTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Meter _meter = new("test");
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));
    private readonly TestSource _source = new("a");
    private readonly ProxyGroupStore _groups;
    private Task _running = Task.CompletedTask;

    public MeshPipelineTests() => _groups = new ProxyGroupStore(new GroupOptions(), _time, NullLogger<ProxyGroupStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Nothing_is_published_before_every_source_was_read()
    {
        var late = new TestSource("b");
        var pipeline = Start(HostParts.Stages, _source, late);
        _source.Publish(Web("10.0.0.1"));
        late.Publish(Web() with { IsSynced = false });

        pipeline.Status.Value.Should().BeNull();

        late.Publish(Web());
        (await Next(pipeline, 1)).Model!.Services.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_new_group_gets_its_snapshot_without_a_change_of_any_source_or_clock()
    {
        var pipeline = Start(HostParts.Stages, _source);
        _source.Publish(Web("10.0.0.1"));
        await Next(pipeline, 1);

        using var lease = _groups.Join(Sidecar(), new PeerInfo("test", false, []));

        (await lease.Snapshot.NewerThanAsync(null, _stop.Token)).Should().NotBeNull();
    }

    [Fact]
    public async Task Departing_endpoints_do_not_wait_for_the_clock()
    {
        var pipeline = Start(HostParts.Stages, _source);
        _source.Publish(Web("10.0.0.1", "10.0.0.2"));
        await Next(pipeline, 1);

        _source.Publish(Web("10.0.0.1"));

        (await Next(pipeline, 2)).Model!.Services[0].Endpoints[0].Endpoints.Should().HaveCount(1);
    }

    [Fact]
    public async Task Arriving_endpoints_wait_for_the_quiet_time()
    {
        var pipeline = Start(HostParts.Stages, _source);
        _source.Publish(Web("10.0.0.1"));
        await Next(pipeline, 1);

        _source.Publish(Web("10.0.0.1", "10.0.0.2"));
        pipeline.Status.Value!.Run.Should().Be(1);

        (await NextWithClock(pipeline, 2)).Model!.Services[0].Endpoints[0].Endpoints.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_stage_that_throws_keeps_what_was_published_and_says_so()
    {
        var isBroken = false;
        var stages = new MeshStages(HostParts.Stages.Compose, (m, g, p) => isBroken ? throw new InvalidOperationException("a bug") : HostParts.Stages.Translate(m, g, p));
        var pipeline = Start(stages, _source);
        _source.Publish(Web("10.0.0.1", "10.0.0.2"));
        using var lease = _groups.Join(Sidecar(), new PeerInfo("test", false, []));
        var before = await lease.Snapshot.NewerThanAsync(null, _stop.Token);

        isBroken = true;
        _source.Publish(Web("10.0.0.1"));
        var failed = await Next(pipeline, s => s.Failure is not null);

        failed.Failure!.Message.Should().Contain("a bug");
        failed.Diagnostics.Should().Contain(d => d.Code == "XDS5001");
        lease.Snapshot.Value.Should().BeSameAs(before);
    }

    [Fact]
    public async Task A_source_that_loses_nearly_all_at_once_keeps_it_until_it_comes_back()
    {
        var pipeline = Start(HostParts.Stages, _source);
        _source.Publish(Many(30));
        await Next(pipeline, 1);

        _source.Publish(Many(2));
        var held = await NextWithClock(pipeline, 2);
        _source.Publish(Many(29));
        var back = await NextWithClock(pipeline, 3);

        held.Model!.Services.Should().HaveCount(30);
        held.Diagnostics.Should().ContainSingle(d => d.Code == "XDS2010").Which.Message.Should().Contain("28 of 30 services");
        back.Model!.Services.Should().HaveCount(29);
        back.Diagnostics.Should().NotContain(d => d.Code == "XDS2010");
    }

    private static MeshFragment Many(int services) => Meshes.Fragment() with { Services = [.. Enumerable.Range(0, services).Select(i => Meshes.Service($"s{i:00}"))] };

    private static Node Sidecar() => new()
    {
        Id = "s1",
        Metadata = new Struct { Fields = { ["profile"] = Value.ForString("sidecar"), ["namespace"] = Value.ForString("demo") } },
    };

    private static MeshFragment Web(params string[] addresses) => addresses.Length == 0
        ? Meshes.Fragment()
        : Meshes.Fragment(Meshes.Endpoints("web", addresses)) with { Services = [Service] };

    private static readonly MeshService Service = Meshes.Service("web");

    private MeshPipeline Start(MeshStages stages, params IMeshSource[] sources)
    {
        var pipeline = new MeshPipeline(sources, _groups, stages, new PipelineMetrics(_meter), new PipelineOptions(), _time, NullLogger<MeshPipeline>.Instance);
        _running = pipeline.RunAsync(_stop.Token);
        return pipeline;
    }

    private Task<PipelineStatus> Next(MeshPipeline pipeline, long run) => Next(pipeline, s => s.Run >= run);

    private async Task<PipelineStatus> Next(MeshPipeline pipeline, Func<PipelineStatus, bool> isWanted)
    {
        PipelineStatus? status = null;
        while (status is null || !isWanted(status))
        {
            status = await pipeline.Status.NewerThanAsync(status, _stop.Token);
        }

        return status;
    }

    // The loop may look at the source before or after the clock moves, so the clock moves until it has.
    private async Task<PipelineStatus> NextWithClock(MeshPipeline pipeline, long run)
    {
        var next = Next(pipeline, run);
        while (!next.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await next;
    }

    private sealed class TestSource(string name) : IMeshSource
    {
        public string Name => name;

        public Latest<MeshFragment> Fragment { get; } = new();

        public Task RunAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Publish(MeshFragment fragment) => Fragment.Publish(fragment with { Source = name });
    }
}
