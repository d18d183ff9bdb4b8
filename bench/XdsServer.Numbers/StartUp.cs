using System.Runtime.CompilerServices;

namespace XdsServer.Numbers;

/// <summary>From the start of the process until /readyz says 200, with the embedded example.</summary>
internal static class StartUp
{
    private const int Runs = 9;

    public static async IAsyncEnumerable<string> MeasureAsync(string program, [EnumeratorCancellation] CancellationToken stop)
    {
        var (times, cpu) = (new List<double>(), new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            using var server = await ServerProcess.StartAsync(program, folder: null, stop);
            times.Add(server.TimeToReady.TotalMilliseconds);
            cpu.Add(server.CpuMilliseconds());
        }

        yield return $"start to ready, embedded example: {new Spread(times)} ms; CPU {new Spread(cpu)} ms (target: below 1000 ms; load {Machine.Load()})";
    }
}
