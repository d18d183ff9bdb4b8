using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>
/// Thousands of sidecars of as many workloads connect at once, as after a restart of the control plane: each is a proxy group of its own, for
/// which a snapshot has to be made. Then all are killed and connect again: the groups are still there.
/// </summary>
internal static class Workloads
{
    private const int Clients = 5000;
    private const int Services = 100;

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        using var mesh = new MeshFolder(Services, isOneFile: true);
        using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
        var first = await ConnectAllAsync(server, "connect", stop);
        yield return first.Text;
        await Task.WhenAll(first.Clients.Select(c => c.KillAsync().AsTask()));
        var again = await ConnectAllAsync(server, "are killed and connect again", stop);
        yield return again.Text;
        await Task.WhenAll(again.Clients.Select(c => c.DisposeAsync().AsTask()));
    }

    private static async Task<(DeltaClient[] Clients, string Text)> ConnectAllAsync(ServerProcess server, string what, CancellationToken stop)
    {
        var clients = Enumerable.Range(0, Clients).Select(i => new DeltaClient { Workload = $"s{i:00000}" }).ToArray();
        var (started, cpu) = (Stopwatch.GetTimestamp(), server.CpuMilliseconds());
        var waits = await Task.WhenAll(clients.Select((c, i) => ConnectAsync(server, c, i, started, stop)));
        cpu = server.CpuMilliseconds() - cpu;
        return (clients, $"{Clients} sidecars of as many workloads {what}: in step after {new Spread(waits)} ms; CPU {cpu:0} ms; memory {server.Memory("VmRSS"):0}, peak {server.Memory("VmHWM"):0} MiB (target: nobody waits for 15 s; load {Machine.Load()})");
    }

    private static async Task<double> ConnectAsync(ServerProcess server, DeltaClient client, int number, long started, CancellationToken stop)
    {
        await client.StartAsync(server.Grpc, number, [], stop);
        await client.HoldsAsync(Services, stop);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
