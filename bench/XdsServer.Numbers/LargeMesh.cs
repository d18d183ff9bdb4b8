using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>Ten thousand services: what it costs to load and serve them, and what one changed endpoint costs after that.</summary>
internal static class LargeMesh
{
    private const int Services = 10_000;
    private const int Changes = 60;
    private const int WarmUp = 15;

    /// <summary>From the start of the process until a client that subscribes to everything holds everything, and the peak of memory.</summary>
    public static async IAsyncEnumerable<string> MeasureLoadAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var isOneFile in (bool[])[false, true])
        {
            using var mesh = new MeshFolder(Services, isOneFile);
            var (ready, served, cpu, memory) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var i = 0; i < 5; i++)
            {
                using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
                var atReady = Stopwatch.GetTimestamp();
                await using var client = await ConnectAsync(server, stop);
                ready.Add(server.TimeToReady.TotalMilliseconds);
                served.Add((server.TimeToReady + Stopwatch.GetElapsedTime(atReady)).TotalMilliseconds);
                cpu.Add(server.CpuMilliseconds());
                memory.Add(server.Memory("VmHWM"));
            }

            yield return $"{Services} services in {Form(isOneFile)}: ready after {new Spread(ready)} ms; served after {new Spread(served)} ms; "
                + $"CPU {new Spread(cpu)} ms; peak memory {new Spread(memory)} MiB (targets: below 5000 ms, 500 MB; load {Machine.Load()})";
        }
    }

    /// <summary>
    /// The processor time of the whole server from the rename until the client has the change: reading, parsing, composing, translating,
    /// publishing, sending, and whatever else the process did in that time.
    /// </summary>
    public static async IAsyncEnumerable<string> MeasureEndpointAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var isOneFile in (bool[])[false, true])
        {
            using var mesh = new MeshFolder(Services, isOneFile);
            using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
            await using var client = await ConnectAsync(server, stop);
            var (cpu, times) = (new List<double>(), new List<double>());
            for (var i = 1; i <= WarmUp + Changes; i++)
            {
                var (milliseconds, took) = await ChangeAsync(mesh, server, client, i, stop);
                if (i > WarmUp)
                {
                    cpu.Add(milliseconds);
                    times.Add(took);
                }

                await Task.Delay(30 + (i * 37 % 300), stop);
            }

            yield return $"one endpoint of {Services} services in {Form(isOneFile)}: CPU {new Spread(cpu)} ms; until the client has it {new Spread(times)} ms; "
                + $"memory {server.Memory("VmRSS"):0}, peak {server.Memory("VmHWM"):0} MiB (target: below 30 ms of CPU; load {Machine.Load()})";
        }
    }

    private static async Task<(double Cpu, double Took)> ChangeAsync(MeshFolder mesh, ServerProcess server, DeltaClient client, int number, CancellationToken stop)
    {
        var service = number * 131 % Services;
        var name = $"{Types.Endpoint}/{MeshFolder.AssignmentOf(service)}";
        var rename = mesh.PrepareMove(service, number);
        var waiting = client.OtherThanAsync(name, client.VersionOf(name), stop);
        var before = server.CpuMilliseconds();
        var started = Stopwatch.GetTimestamp();
        rename();
        var at = await waiting;
        return (server.CpuMilliseconds() - before, Stopwatch.GetElapsedTime(started, at).TotalMilliseconds);
    }

    private static async Task<DeltaClient> ConnectAsync(ServerProcess server, CancellationToken stop)
    {
        var client = new DeltaClient();
        await client.StartAsync(server.Grpc, 1, [.. Enumerable.Range(0, Services).Select(MeshFolder.AssignmentOf)], stop);
        await client.HoldsAsync(2 * Services, stop);
        return client;
    }

    private static string Form(bool isOneFile) => isOneFile ? "one file" : $"{Services} files";
}
