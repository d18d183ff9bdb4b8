using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>
/// A thousand clients, of which 1 % are killed at random each second for a minute, as processes die: their connections are reset. Others come in their place, and something changes
/// meanwhile. Streams, handles and objects in use must be what they were after a minute without kills (protocol duty 95): pings and changes leave buffers of connections behind, too.
/// </summary>
internal static class Kills
{
    private const int Clients = 1000;
    private const int Services = 100;
    private const int Rounds = 60;
    private const int KilledEach = Clients / 100;
    private const int MostMoreHandles = 10;
    private const int Seed = 95;

    // Buffers of connections come and go, about this much of what is in use.
    private const double MostLiveGrowth = 1.02;
    private const double MiB = 1024 * 1024;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        using var mesh = new MeshFolder(Services, isOneFile: false);
        using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
        var empty = await Look.AtAsync(server, stop);
        var clients = new DeltaClient[Clients];
        foreach (var some in Enumerable.Range(0, Clients).Chunk(KilledEach))
        {
            await Task.WhenAll(some.Select(i => ConnectAsync(server, clients, i, stop)));
        }

        await RunAsync(mesh, server, clients, killedEach: 0, stop);
        var before = await Look.AtAsync(server, stop);
        yield return $"kills: {Clients} clients after a minute of changes: {before}; {(before.Live - empty.Live) / Clients:0} bytes in use for each, resident {(before.Memory - empty.Memory) * 1024 / Clients:0.0} KiB";
        await RunAsync(mesh, server, clients, KilledEach, stop);
        var after = await Look.AtAsync(server, stop);
        yield return $"kills: {Rounds * KilledEach} of them killed and replaced: {after}";
        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        while (await server.MetricAsync("xds_streams", stop) > 0)
        {
            await Task.Delay(10, stop);
        }

        var left = await Look.AtAsync(server, stop);
        yield return $"kills: all gone: {left}";
        yield return $"kills verdict: {(IsAsBefore(before, after) && left.Handles <= empty.Handles + MostMoreHandles ? "nothing left behind" : "SOMETHING IS LEFT")}";
    }

    private static async Task RunAsync(MeshFolder mesh, ServerProcess server, DeltaClient[] clients, int killedEach, CancellationToken stop)
    {
        var random = new Random(Seed);
        for (var round = 1; round <= Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            mesh.PrepareMove(round % Services, round + killedEach)();
            int[] killed = [.. Enumerable.Range(0, killedEach).Select(_ => random.Next(Clients)).Distinct()];
            await Task.WhenAll(killed.Select(i => clients[i].KillAsync().AsTask()));
            await Task.WhenAll(killed.Select(i => ConnectAsync(server, clients, i, stop)));
            var left = Pace - Stopwatch.GetElapsedTime(started);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, stop);
        }
    }

    private static bool IsAsBefore(Look before, Look after) =>
        after.Streams == Clients && after.Handles <= before.Handles + MostMoreHandles && after.Live <= before.Live * MostLiveGrowth;

    private static async Task ConnectAsync(ServerProcess server, DeltaClient[] clients, int number, CancellationToken stop)
    {
        var client = new DeltaClient();
        clients[number] = client;
        await client.StartAsync(server.Grpc, number, [MeshFolder.AssignmentOf(number % Services)], stop);
        await client.HoldsAsync(Services + 1, stop);
    }

    private sealed record Look(double Streams, int Handles, double Memory, double Live)
    {
        public static async Task<Look> AtAsync(ServerProcess server, CancellationToken stop)
        {
            var live = await server.LiveBytesAsync(stop);
            return new(await server.MetricAsync("xds_streams", stop), server.Handles, server.Memory("VmRSS"), live);
        }

        public override string ToString() => $"streams {Streams:0}, handles {Handles}, memory {Memory:0} MiB, in use after full collections {Live / MiB:0.00} MiB";
    }
}
