using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>
/// Constant change, with clients that come and go: memory, objects and handles must be flat. Ten minutes, or as many as <c>SOAK_MINUTES</c> says; runs only
/// when it is named. One line a minute and a verdict.
/// </summary>
/// <remarks>
/// Objects in use are what two collections of the whole heap leave, after the first minutes and at the end. Between these the heap's size says nothing: it
/// holds garbage that no collection has come to yet.
/// </remarks>
internal static class Soak
{
    private const int Clients = 100;
    private const int Services = 1000;

    // The first minutes fill pools and compile; from then on nothing may grow.
    private const int WarmUpMinutes = 2;
    private const double MostGrowth = 1.1;
    private const int MostMoreHandles = 10;

    // Buffers of connections come and go, about this much of what is in use.
    private const double MostLiveGrowth = 1.02;
    private const double MiB = 1024 * 1024;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        var minutes = int.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), CultureInfo.InvariantCulture, out var asked) ? asked : 10;
        using var mesh = new MeshFolder(Services, isOneFile: false);
        using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => ConnectAsync(server, i, stop)));
        var (seen, live, changes) = (new List<Look>(), new List<(double Bytes, int Changes)>(), 0);
        for (var minute = 1; minute <= minutes; minute++)
        {
            var (started, least, nextLook) = (Stopwatch.GetTimestamp(), (Look?)null, LookEvery);
            while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < TimeSpan.FromMinutes(1))
            {
                await ChangeAsync(mesh, server, clients, ++changes, stop);
                if (elapsed >= nextLook)
                {
                    nextLook += LookEvery;
                    var look = await Look.AtAsync(server, stop);
                    least = least is null ? look : least.Least(look);
                }

                await Task.Delay(Pace, stop);
            }

            seen.Add(least!);
            yield return $"soak minute {minute}: {least}, peak memory {server.Memory("VmHWM"):0} MiB; {changes} changes and reconnections, CPU {server.Processor.TotalSeconds:0.0} s";
            if (minute == WarmUpMinutes || (minute == minutes && minutes > WarmUpMinutes))
            {
                live.Add((await server.LiveBytesAsync(stop), changes));
            }
        }

        yield return $"soak verdict: {(live.Count < 2 ? $"none, it takes more than {WarmUpMinutes} minutes" : Verdict(seen[WarmUpMinutes - 1], seen[^1], live[0], live[1]))}";
        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
    }

    // Of each minute the least, since garbage and connections that are just closing come and go: what leaks raises the least.
    private static string Verdict(Look first, Look last, (double Bytes, int Changes) firstLive, (double Bytes, int Changes) lastLive)
    {
        var isFlat = last.Memory <= first.Memory * MostGrowth && lastLive.Bytes <= firstLive.Bytes * MostLiveGrowth && last.Handles <= first.Handles + MostMoreHandles && last.Streams == Clients;
        var perChange = (lastLive.Bytes - firstLive.Bytes) / (lastLive.Changes - firstLive.Changes);
        return $"{(isFlat ? "flat" : "NOT FLAT")} from minute {WarmUpMinutes} to the last: {first} -> {last}; in use after full collections {firstLive.Bytes / MiB:0.00} -> {lastLive.Bytes / MiB:0.00} MiB, {perChange:0} bytes a change";
    }

    // An endpoint moves, and one client leaves for another.
    private static async Task ChangeAsync(MeshFolder mesh, ServerProcess server, DeltaClient[] clients, int number, CancellationToken stop)
    {
        mesh.PrepareMove(number * 131 % Services, number)();
        var leaving = number % Clients;
        await clients[leaving].DisposeAsync();
        clients[leaving] = await ConnectAsync(server, leaving, stop);
    }

    private static async Task<DeltaClient> ConnectAsync(ServerProcess server, int number, CancellationToken stop)
    {
        var client = new DeltaClient();
        await client.StartAsync(server.Grpc, number, [.. Enumerable.Range(0, 100).Select(MeshFolder.AssignmentOf)], stop);
        await client.HoldsAsync(Services, stop);
        return client;
    }

    private sealed record Look(double Memory, double Heap, int Handles, int Sockets, double Streams)
    {
        public static async Task<Look> AtAsync(ServerProcess server, CancellationToken stop) => new(
            server.Memory("VmRSS"), await server.MetricAsync("dotnet_gc_heap_bytes", stop) / MiB, server.Handles, server.Sockets, await server.MetricAsync("xds_streams", stop));

        public Look Least(Look other) => new(
            Math.Min(Memory, other.Memory), Math.Min(Heap, other.Heap), Math.Min(Handles, other.Handles), Math.Min(Sockets, other.Sockets), Math.Min(Streams, other.Streams));

        public override string ToString() => $"memory {Memory:0} MiB, heap with garbage {Heap:0} MiB, handles {Handles} ({Sockets} sockets), streams {Streams:0}";
    }
}
