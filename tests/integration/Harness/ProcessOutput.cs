using System.Collections.Concurrent;
using System.Diagnostics;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>A started program with its output, line by line; disposing it ends the program.</summary>
internal sealed class ProcessOutput : IAsyncDisposable
{
    private readonly Process _process;

    // Written by the two reading callbacks of the process, read by the test.
    private readonly ConcurrentQueue<string> _lines = new();
    private bool _isDisposed;

    private ProcessOutput(Process process) => _process = process;

    /// <summary>All lines so far, of standard output and standard error.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>How it ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>The last lines, for failure messages.</summary>
    public string Tail => string.Join('\n', Lines.TakeLast(30));

    /// <summary>Starts the program.</summary>
    public static ProcessOutput Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder ?? "" };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var output = new ProcessOutput(process);
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return output;
    }

    /// <summary>Runs the program to its end, within a minute.</summary>
    public static async Task<ProcessOutput> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var output = Start(program, arguments, environment, folder);
        await output.WaitAsync(TimeSpan.FromMinutes(2));
        return output;
    }

    /// <summary>Waits for its end.</summary>
    public async Task WaitAsync(TimeSpan most)
    {
        using var deadline = new CancellationTokenSource(most);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end in {most.TotalSeconds:0} s:\n{Tail}", e);
        }
    }

    /// <summary>Kills it, if it still runs, with all that it has started; the second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
