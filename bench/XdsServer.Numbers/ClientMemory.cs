using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>
/// What a client costs that watches all clusters and is in step: objects in use after full collections, and resident memory. The clients come ten at a time, so that buffers for
/// many at once do not count; how many resources there are must not matter.
/// </summary>
internal static class ClientMemory
{
    private const int Clients = 1000;
    private const int AtOnce = 10;

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var services in (int[])[100, 1000])
        {
            yield return await MeasureAsync(program, services, stop);
        }
    }

    private static async Task<string> MeasureAsync(string program, int services, CancellationToken stop)
    {
        using var mesh = new MeshFolder(services, isOneFile: true);
        using var server = await ServerProcess.StartAsync(program, mesh.Folder, stop);

        // The first clients have the shared answers made, and their code paged in.
        var first = await ConnectAsync(server, AtOnce, 0, services, stop);
        var (live, resident) = (await server.LiveBytesAsync(stop), server.Memory("VmRSS"));
        var clients = new List<DeltaClient>(first);
        for (var number = AtOnce; number < Clients + AtOnce; number += AtOnce)
        {
            clients.AddRange(await ConnectAsync(server, AtOnce, number, services, stop));
        }

        var grown = await server.LiveBytesAsync(stop) - live;
        var grownResident = server.Memory("VmRSS") - resident;
        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        return $"a client that watches all of {services} clusters: {grown / Clients / 1000:0.0} kB of objects in use, {grownResident * 1024 * 1024 / Clients / 1000:0.0} kB resident ({Clients} clients; target 40 kB; load {Machine.Load()})";
    }

    private static async Task<DeltaClient[]> ConnectAsync(ServerProcess server, int count, int number, int services, CancellationToken stop)
    {
        var clients = Enumerable.Range(0, count).Select(_ => new DeltaClient()).ToArray();
        await Task.WhenAll(clients.Select((c, i) => c.StartAsync(server.Grpc, number + i, [], stop)));
        await Task.WhenAll(clients.Select(c => c.HoldsAsync(services, stop)));
        return clients;
    }
}
