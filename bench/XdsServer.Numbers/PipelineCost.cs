using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Envoy.Config.Core.V3;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Metrics;
using XdsServer.Model;
using XdsServer.Options;
using XdsServer.Pipeline;
using XdsServer.Translators;
using XdsServer.Translators.Resources;

namespace XdsServer.Numbers;

/// <summary>
/// What a change costs between a source's fragment and the proxy groups' snapshots: the server's own pipeline and group store in this
/// process, wired as the host does it, and nothing else. Processor time is that of the whole process, collections of garbage included.
/// </summary>
internal sealed class PipelineCost : IMeshSource, IDisposable
{
    private const int Services = 10_000;
    private const int EndpointsEach = 10;
    private const int Groups = 1_000;
    private const int WarmUp = 60;
    private const int Changes = 200;

    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(40);

    private readonly PipelineMesh _mesh;
    private readonly Meter _meter = new("numbers");
    private readonly ProxyGroupStore _groups = new(new GroupOptions(), TimeProvider.System, NullLogger<ProxyGroupStore>.Instance);
    private readonly List<GroupLease> _leases = [];
    private readonly MeshPipeline _pipeline;
    private readonly List<double> _compose = [];
    private readonly List<double> _translate = [];
    private MeshFragment _newest;

    private PipelineCost(PipelineMesh mesh)
    {
        _mesh = mesh;
        _newest = _mesh.Create();

        // The pause between changes of routes in a large mesh would only make the measurement longer.
        _pipeline = new MeshPipeline(
            [this],
            _groups,
            new MeshStages((f, p) => Timed(_compose, () => MeshModel.Compose(f, p)), (m, g, p) => Timed(_translate, () => MeshTranslator.Translate(m, g, p))),
            new PipelineMetrics(_meter),
            new PipelineOptions { LargeMeshServices = 0 },
            TimeProvider.System,
            NullLogger<MeshPipeline>.Instance);
    }

    public string Name => PipelineMesh.Source;

    public Latest<MeshFragment> Fragment { get; } = new();

    public Task RunAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _leases.ForEach(l => l.Dispose());
        _meter.Dispose();
    }

    /// <summary>Endpoint changes, route changes, proxy groups that are new, and events that change nothing; with few and with many namespaces, each of which has routes of its own.</summary>
    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var namespaces in (int[])[1, 20])
        {
            using var cost = new PipelineCost(new PipelineMesh(Services, EndpointsEach, namespaces));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            yield return await cost.StartAsync(namespaces, Groups, end.Token, stop);
            yield return $"  one endpoint moves: {await cost.SeriesAsync(i => cost._mesh.MoveEndpoint(cost._newest, i * 131 % Services, i), stop)} (target: 10 ms)";
            yield return $"  one weight of a split changes: {await cost.SeriesAsync(i => cost._mesh.ChangeWeight(cost._newest, i * 7 % (Services / 50), (uint)i), stop)} (target: 20 ms)";
            var splits = cost._newest.Splits;
            yield return $"  a split comes or goes: {await cost.SeriesAsync(i => cost._newest with { Splits = i % 2 == 1 ? splits.RemoveAt(i * 7 % splits.Length) : splits }, stop)} (target: 20 ms)";
            var further = cost._mesh.Groups(Groups + WarmUp + Changes).Skip(Groups).ToList();
            yield return $"  a proxy group comes: {await cost.SeriesAsync(i => cost.JoinAsync(further[i - 1], stop), stop)}";
            yield return $"  nothing changes: {await cost.SeriesAsync(i => cost._newest with { AsOf = DateTimeOffset.UnixEpoch.AddSeconds(i), Endpoints = [.. cost._newest.Endpoints] }, stop)} (target: no snapshot)";
            await end.CancelAsync();
        }
    }

    /// <summary>Every service is split: one weight changes, and one split comes or goes, for a sidecar in each namespace.</summary>
    public static async IAsyncEnumerable<string> MeasureSplitsAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var namespaces in (int[])[20, 1])
        {
            using var cost = new PipelineCost(new PipelineMesh(Services, 2, namespaces, splitEvery: 1));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            yield return await cost.StartAsync(namespaces, namespaces, end.Token, stop);
            yield return $"  one weight of {cost._mesh.Splits} splits changes: {await cost.SeriesAsync(i => cost._mesh.ChangeWeight(cost._newest, i * 131 % cost._mesh.Splits, (uint)i), stop)} (target: 100 ms)";
            var all = cost._newest.Splits;
            yield return $"  one of {cost._mesh.Splits} splits goes or comes: {await cost.SeriesAsync(i => cost._newest with { Splits = i % 2 == 1 ? all.RemoveAt(i * 131 % all.Length) : all }, stop)} (target: 100 ms)";
            await end.CancelAsync();
        }
    }

    private async Task<string> StartAsync(int namespaces, int groups, CancellationToken end, CancellationToken stop)
    {
        var before = Environment.CpuUsage.TotalTime;
        _leases.AddRange(_mesh.Groups(groups).Select(Join));
        var running = _pipeline.RunAsync(end);
        Fragment.Publish(_newest);
        await _pipeline.Status.NewerThanAsync(null, stop);
        var cpu = Environment.CpuUsage.TotalTime - before;
        GC.Collect();
        return $"{Services} services with {_newest.Endpoints.Sum(e => e.Endpoints.Length)} endpoints and {_mesh.Splits} splits in {namespaces} namespaces, {_groups.All.Count} proxy groups: first snapshots {cpu.TotalMilliseconds:0} ms of CPU, "
            + $"heap {GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB, load {Machine.Load()}{(running.IsFaulted ? " FAILED" : "")}";
    }

    private Task<string> SeriesAsync(Func<int, MeshFragment> change, CancellationToken stop) => SeriesAsync(i => PublishAsync(change(i), stop), stop);

    private async Task<string> SeriesAsync(Func<int, Task> change, CancellationToken stop)
    {
        var (cpu, bytes, published) = (new List<double>(), new List<double>(), new List<double>());
        var collections = (0, 0, 0);
        _compose.Clear();
        _translate.Clear();
        for (var i = 1; i <= WarmUp + Changes; i++)
        {
            var measured = await MeasureAsync(() => change(i), stop);
            if (i == WarmUp)
            {
                collections = (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
            }
            else if (i > WarmUp)
            {
                cpu.Add(measured.Cpu);
                bytes.Add(measured.Bytes / 1024.0);
                published.Add(measured.Published);
            }
        }

        return $"CPU {new Spread(cpu)} ms; {new Spread(bytes).At(0.5):0} KiB allocated; {Stage("composing", _compose)}{Stage("translating", _translate)}snapshots {new Spread(published).At(0.5):0}; collections of generation 0, 1, 2: "
            + $"{GC.CollectionCount(0) - collections.Item1}, {GC.CollectionCount(1) - collections.Item2}, {GC.CollectionCount(2) - collections.Item3}";
    }

    private static string Stage(string name, List<double> times) => times.Count == 0 ? "" : $"{name} {new Spread(times.Skip(WarmUp)).At(0.5):0.0} ms; ";

    private static T Timed<T>(List<double> times, Func<T> stage)
    {
        var started = Stopwatch.GetTimestamp();
        var result = stage();
        times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return result;
    }

    private async Task<(double Cpu, long Bytes, int Published)> MeasureAsync(Func<Task> change, CancellationToken stop)
    {
        var before = _leases.ConvertAll(l => l.Snapshot.Value);
        await Task.Delay(Settle, stop);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        await change();

        // What a change leaves to be done belongs to it: a collection that goes on in the background, for one.
        await Task.Delay(Settle, stop);
        var took = Environment.CpuUsage.TotalTime - cpu;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return (took.TotalMilliseconds, allocated, _leases.Where((l, i) => i >= before.Count || !ReferenceEquals(l.Snapshot.Value, before[i])).Count());
    }

    private async Task PublishAsync(MeshFragment next, CancellationToken stop)
    {
        var status = _pipeline.Status.Value;
        var isChange = !next.Endpoints.SequenceEqual(_newest.Endpoints, ReferenceEquals) || next.Splits != _newest.Splits;
        Fragment.Publish(_newest = next);
        if (isChange)
        {
            await _pipeline.Status.NewerThanAsync(status, stop);
        }
    }

    private async Task JoinAsync(Node node, CancellationToken stop)
    {
        var lease = Join(node);
        _leases.Add(lease);
        await lease.Snapshot.NewerThanAsync(null, stop);
    }

    private GroupLease Join(Node node) => _groups.Join(node, new PeerInfo("numbers", false, []));
}
