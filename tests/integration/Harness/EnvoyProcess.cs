using System.Globalization;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>A running Envoy. <see cref="AssertCleanAsync"/> says whether it was content with all it got.</summary>
internal sealed class EnvoyProcess : IAsyncDisposable
{
    private readonly ProcessOutput _process;
    private readonly TemporaryFolder _folder;
    private readonly HttpClient _admin;

    private EnvoyProcess(ProcessOutput process, TemporaryFolder folder, HttpClient admin)
    {
        _process = process;
        _folder = folder;
        _admin = admin;
    }

    /// <summary>What it has logged at warning level or above.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. _process.Lines.Where(l => l.Contains("[warning]", StringComparison.Ordinal) || l.Contains("[error]", StringComparison.Ordinal) || l.Contains("[critical]", StringComparison.Ordinal))];

    /// <summary>The last lines of its log.</summary>
    public string LogTail => _process.Tail;

    /// <summary>Starts an Envoy with this bootstrap, whose admin listener should be on port 0 of 127.0.0.1, and returns once that answers.</summary>
    public static async Task<EnvoyProcess> StartAsync(string program, string bootstrap, params string[] more)
    {
        var folder = new TemporaryFolder();
        var address = folder.PathOf("admin");
        var process = ProcessOutput.Start(program, Arguments(folder.Write("bootstrap.yaml", bootstrap), address, more));
        await Eventually.HoldsAsync("an admin address of Envoy", () => process.HasExited || (File.Exists(address) && new FileInfo(address).Length > 0), () => process.Tail);
        if (process.HasExited)
        {
            throw new InvalidOperationException($"Envoy ended at once:\n{process.Tail}");
        }

        var admin = new HttpClient { BaseAddress = new Uri($"http://{await File.ReadAllTextAsync(address)}") };
        return new EnvoyProcess(process, folder, admin);
    }

    /// <summary>Waits until it serves: the first clusters, listeners and routes have come.</summary>
    public Task ReadyAsync() => Eventually.HoldsAsync(
        "readiness of Envoy",
        async stop =>
        {
            using var answer = await _admin.GetAsync(new Uri("/ready", UriKind.Relative), stop);
            return answer.IsSuccessStatusCode;
        },
        () => LogTail);

    /// <summary>What its admin listener says under a path.</summary>
    public Task<string> AdminAsync(string path, CancellationToken stop = default) => _admin.GetStringAsync(new Uri(path, UriKind.Relative), stop);

    /// <summary>The counters and gauges whose name matches a regular expression.</summary>
    public async Task<IReadOnlyDictionary<string, long>> StatsAsync(string filter, CancellationToken stop = default)
    {
        var text = await AdminAsync($"/stats?filter={Uri.EscapeDataString(filter)}", stop);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2))
            .Where(pair => pair.Length == 2 && long.TryParse(pair[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    /// <summary>The names of its clusters that are in use, without the warming ones, sorted. Not from the configuration dump: 1.36 cannot write one of every extension.</summary>
    public async Task<IReadOnlyList<string>> ActiveClustersAsync(CancellationToken stop = default)
    {
        var text = await AdminAsync("/clusters", stop);
        return [.. text.Split('\n').Where(l => l.Contains("::", StringComparison.Ordinal)).Select(l => l[..l.IndexOf("::", StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until a cluster has exactly so many endpoints, draining ones included.</summary>
    public Task HasEndpointsAsync(string cluster, int count) => Eventually.HoldsAsync(
        $"{count} endpoints of {cluster}",
        async stop => (await StatsAsync($"^cluster\\.{System.Text.RegularExpressions.Regex.Escape(cluster)}\\.membership_total$", stop)).Values.FirstOrDefault(-1) == count,
        () => LogTail);

    /// <summary>Fails if it refused anything that the control plane sent, or logged a warning that was not announced.</summary>
    public async Task AssertCleanAsync(params string[] announced)
    {
        var rejected = (await StatsAsync("update_rejected")).Where(s => s.Value > 0);
        rejected.Should().BeEmpty("Envoy accepts all that we send; its log ends with:\n{0}", LogTail);
        Warnings.Where(w => !announced.Any(a => w.Contains(a, StringComparison.Ordinal))).Should().BeEmpty("nothing we do makes Envoy warn");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static IEnumerable<string> Arguments(string bootstrap, string address, string[] more) =>
        ["-c", bootstrap, "--concurrency", "1", "--disable-hot-restart", "-l", "warning", "--admin-address-path", address, "--drain-time-s", "2", "--parent-shutdown-time-s", "3", .. more];
}
