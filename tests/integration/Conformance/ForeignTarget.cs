using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Another server, in a process of its own, that implements the control contract (bench/README.md) over HTTP.</summary>
internal sealed class ForeignTarget : ConformanceTarget
{
    private readonly Process _process;
    private readonly HttpClient _control;

    private ForeignTarget(Process process, Uri grpc, Uri control)
    {
        _process = process;
        GrpcAddress = grpc;
        _control = new HttpClient { BaseAddress = control, Timeout = Deadline.Length };
    }

    public override Uri GrpcAddress { get; }

    public static async Task<ForeignTarget> StartAsync(string command)
    {
        var (grpc, control) = (FreeAddress(), FreeAddress());
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w.Replace("{grpc}", grpc, StringComparison.Ordinal).Replace("{control}", control, StringComparison.Ordinal))
            .ToList();
        var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1))) ?? throw new InvalidOperationException($"'{command}' did not start.");
        var target = new ForeignTarget(process, new Uri($"http://{grpc}"), new Uri($"http://{control}"));
        await target.ServesAsync();
        return target;
    }

    public override Task ResetAsync(int clusters, int endpoints = 2) => PostAsync("world", new { clusters, endpoints });

    public override Task ChangeAsync(ResourceType type, int value, params string[] names) => PostAsync("change", new { type = type.ShortName, names, value });

    public override Task RemoveAsync(ResourceType type, params string[] names) => PostAsync("remove", new { type = type.ShortName, names });

    public override Task RepublishAsync() => PostAsync("noop", new { });

    public override Task SettleAsync(XdsStream stream) => LetOthersPassAsync(GrpcAddress, stream.Variant);

    public override async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }

    private async Task PostAsync(string call, object body)
    {
        using var response = await _control.PostAsJsonAsync(call, body);
        response.EnsureSuccessStatusCode();
    }

    private async Task ServesAsync()
    {
        using var limit = new CancellationTokenSource(Deadline.Length);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsHealthyAsync())
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            using var response = await _control.GetAsync("healthz");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
        }
    }
}
