using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Diagnostics.NETCore.Client;

namespace XdsServer.Numbers;

/// <summary>The program under measurement: started with the command line that users type, watched through /proc.</summary>
internal sealed class ServerProcess : IDisposable
{
    // Of the runtime's events: to a session that asks for these the runtime answers with a collection of the whole heap.
    private const long GcHeapCollect = 0x800000;
    private const string FullCollections = "dotnet_gc_collections_total{generation=\"2\"}";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private readonly Process _process;
    private readonly int _admin;
    private readonly long _started;

    private ServerProcess(Process process, int grpc, int admin, long started) => (_process, Grpc, _admin, _started) = (process, grpc, admin, started);

    /// <summary>The gRPC port on the loopback address.</summary>
    public int Grpc { get; }

    /// <summary>From the start of the process until it said that it is ready.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>The program that was built for the same configuration as this one.</summary>
    public static string BuiltBesideThis() => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../XdsServer", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "XdsServer"));

    public static async Task<ServerProcess> StartAsync(string program, string? folder, CancellationToken stop)
    {
        var (grpc, rest, admin) = (FreePort(), FreePort(), FreePort());
        string[] arguments = ["serve", "--grpc", $"127.0.0.1:{grpc}", "--rest", $"127.0.0.1:{rest}", "--admin", $"127.0.0.1:{admin}", "--log-level", "warning"];
        var start = new ProcessStartInfo(program, [.. arguments, .. folder is null ? Array.Empty<string>() : ["--files", folder]]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, grpc, admin, started);
        await server.WaitUntilReadyAsync(stop);
        return server;
    }

    /// <summary>Open files and sockets.</summary>
    public int Handles => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>How many of <see cref="Handles"/> are sockets.</summary>
    public int Sockets => Directory.GetFiles($"/proc/{_process.Id}/fd").Count(IsSocket);

    /// <summary>Processor time since the start, ended threads included.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of the objects that are in use: what collections of the whole heap leave, which this asks for.</summary>
    public async Task<double> LiveBytesAsync(CancellationToken stop)
    {
        // What the first one finds unused may have a finalizer; then the second one takes it.
        await CollectAsync(stop);
        await CollectAsync(stop);
        return await MetricAsync("dotnet_gc_live_bytes", stop);
    }

    /// <summary>The sum of a metric's samples, as the server itself tells it.</summary>
    public async Task<double> MetricAsync(string name, CancellationToken stop)
    {
        var text = await Http.GetStringAsync(new Uri($"http://127.0.0.1:{_admin}/metrics"), stop);
        return text.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] is (' ' or '{'))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Processor time of all threads that live, in milliseconds. The scheduler's own account: finer than the ticks of stat.</summary>
    public double CpuMilliseconds()
    {
        var sum = 0L;
        foreach (var thread in Directory.GetDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                sum += long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // A thread that has just ended.
            }
        }

        return sum / 1e6;
    }

    /// <summary>Memory in MiB: VmRSS now, VmHWM at its peak.</summary>
    public double Memory(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) / 1024.0;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(CancellationToken stop)
    {
        while (!await IsReadyAsync(stop))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}.");
            }

            await Task.Delay(2, stop);
        }

        TimeToReady = Stopwatch.GetElapsedTime(_started);
    }

    private async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{_admin}/readyz"), stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task CollectAsync(CancellationToken stop)
    {
        var before = await MetricAsync(FullCollections, stop);
        var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, GcHeapCollect);
        using var session = await new DiagnosticsClient(_process.Id).StartEventPipeSessionAsync([provider], requestRundown: false, token: stop);
        while (await MetricAsync(FullCollections, stop) <= before)
        {
            await Task.Delay(10, stop);
        }

        await session.StopAsync(stop);
    }

    private static bool IsSocket(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (FileNotFoundException)
        {
            // It was closed after it was listed.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
