using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>Ten minutes of constant change, with clients that come and go: memory and handles must be flat. Runs only when it is named.</summary>
internal static class Soak
{
    private const int Clients = 100;
    private const int Services = 1000;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(30);

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        using var mesh = new MeshFolder(Services, isOneFile: false);
        using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
        var clients = new DeltaClient[Clients];
        for (var i = 0; i < Clients; i++)
        {
            clients[i] = await ConnectAsync(server, i, stop);
        }

        var (started, nextReport, changes) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, 0);
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < Length)
        {
            if (elapsed >= nextReport)
            {
                nextReport += Report;
                yield return $"soak {elapsed:mm\\:ss}: {changes} changes, memory {server.Memory("VmRSS"):0}, peak {server.Memory("VmHWM"):0} MiB, handles {server.Handles}, CPU {server.CpuMilliseconds() / 1000:0.0} s";
            }

            changes++;
            mesh.PrepareMove(changes * 131 % Services, changes)();
            var leaving = changes % Clients;
            await clients[leaving].DisposeAsync();
            clients[leaving] = await ConnectAsync(server, leaving, stop);
            await Task.Delay(50, stop);
        }

        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
    }

    private static async Task<DeltaClient> ConnectAsync(ServerProcess server, int number, CancellationToken stop)
    {
        var client = new DeltaClient();
        await client.StartAsync(server.Grpc, number, [.. Enumerable.Range(0, 100).Select(MeshFolder.AssignmentOf)], stop);
        await client.HoldsAsync(Services, stop);
        return client;
    }
}
