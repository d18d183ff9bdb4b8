using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>From the rename of a file until the last of 100 connected clients has what changed.</summary>
internal static class Propagation
{
    private const int Clients = 100;
    private const int Services = 100;
    private const int Changes = 200;
    private const int WarmUp = 10;

    // What the server waits for by design: a quiet moment of 100 ms, see docs/files.md. A rename needs no settling.
    private const int Debounce = 100;

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        using var mesh = new MeshFolder(Services, isOneFile: false);
        using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);
        var clients = Enumerable.Range(0, Clients).Select(_ => new DeltaClient()).ToList();
        string[] names = [.. Enumerable.Range(0, Services).Select(MeshFolder.AssignmentOf)];
        await Task.WhenAll(clients.Select((c, i) => c.StartAsync(server.Grpc, i, names, stop)));
        await Task.WhenAll(clients.Select(c => c.HoldsAsync(2 * Services, stop)));

        yield return await ChangesAsync("a weight, which waits for the quiet period", mesh.PrepareWeight, clients, stop);
        yield return await ChangesAsync("a moved endpoint, which does not wait", mesh.PrepareMove, clients, stop);
        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
    }

    private static async Task<string> ChangesAsync(string what, Func<int, int, Action> prepare, List<DeltaClient> clients, CancellationToken stop)
    {
        var times = new List<double>();
        for (var i = 1; i <= WarmUp + Changes; i++)
        {
            var took = await ChangeAsync(prepare, clients, i, stop);
            if (i > WarmUp)
            {
                times.Add(took);
            }

            // The next change starts at rest, and not in step with the poll of the folder.
            await Task.Delay(20 + (i * 37 % 100), stop);
        }

        return $"file change to the last of {Clients} clients, {what}: {new Spread(times)} ms (target: p99 below {Debounce} + 50 ms; load {Machine.Load()})";
    }

    private static async Task<double> ChangeAsync(Func<int, int, Action> prepare, List<DeltaClient> clients, int number, CancellationToken stop)
    {
        var service = number % Services;
        var name = $"{Types.Endpoint}/{MeshFolder.AssignmentOf(service)}";
        var rename = prepare(service, number);
        var waiting = clients.Select(c => c.OtherThanAsync(name, c.VersionOf(name), stop)).ToList();
        var started = Stopwatch.GetTimestamp();
        rename();
        var moments = await Task.WhenAll(waiting);
        return Stopwatch.GetElapsedTime(started, moments.Max()).TotalMilliseconds;
    }
}
