using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;
using Xunit.Abstractions;

namespace XdsServer.Tests.Integration.Smi;

/// <summary>Splits of TCP ports: by connections, since bytes carry nothing to match.</summary>
public sealed class TcpSplitTests(ITestOutputHelper output) : SmiMesh
{
    private const int Connections = 1_000;

    private readonly int _port = FreePort.Take();

    [SkippableTheory]
    [Versions]
    public async Task Row_16_TCP_is_split_by_connections(string version)
    {
        await ServeSplitAsync(version, "v1: 3, v2: 1, v3: 0");

        var shares = await Shares.CountAsync(Connections, async stop => (await TcpUpstream.AskAsync("127.0.0.1", _port, "x", stop))!.Split(':')[0]);

        shares.ShouldBe(("v1", 3), ("v2", 1), ("v3", 0));
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_16_TCP_connections_that_nobody_takes_are_closed(string version)
    {
        await ServeSplitAsync(version, "v1: 0");

        (await Shares.CountAsync(20, async stop => await AskOrNothingAsync(stop))).ShouldBe(("nothing", 1));
    }

    [SkippableTheory]
    [Versions]
    public async Task Weights_of_TCP_change_while_connections_are_made(string version)
    {
        var services = await ServeSplitAsync(version, "v1: 1, v2: 0");

        foreach (var (weights, last) in ((string, string)[])[("v1: 0, v2: 1", "v2"), ("v1: 1, v2: 1", "v1"), ("v1: 0, v2: 1", "v2")])
        {
            Mesh.Write("mesh.yaml", services + Split("zdb", weights));
            var answers = new List<string?>();
            await Eventually.HoldsAsync($"connections to {last}", async stop =>
            {
                answers.Add((await TcpUpstream.AskAsync("127.0.0.1", _port, "x", stop))?.Split(':')[0]);
                return answers[^1] == last;
            });
            answers.Should().NotContainNulls("no connection may fail");
        }
    }

    // The Envoys of these tests drain for two seconds instead of ten minutes.
    [SkippableTheory]
    [Versions]
    public async Task Row_16_Older_connections_stay_where_they_are_and_end_with_the_drain_time(string version)
    {
        var services = await ServeSplitAsync(version, "v1: 1, v2: 0");
        using var old = new TcpClient();
        await old.ConnectAsync(IPAddress.Loopback, _port);
        using var reader = new StreamReader(old.GetStream(), Encoding.UTF8);
        (await SayAsync(old, reader)).Should().Be("v1:x");

        var changed = Stopwatch.GetTimestamp();
        Mesh.Write("mesh.yaml", services + Split("zdb", "v1: 0, v2: 1"));
        await Eventually.HoldsAsync("new connections to v2", async stop => await TcpUpstream.AskAsync("127.0.0.1", _port, "x", stop) == "v2:x");
        output.WriteLine($"new connections follow after {Stopwatch.GetElapsedTime(changed).TotalMilliseconds:0} ms");
        (await SayAsync(old, reader)).Should().Be("v1:x", "it lives on where it was made");

        await Eventually.HoldsAsync("the end of the old connection", async _ => await SayAsync(old, reader) is null);
        output.WriteLine($"the old connection ended after {Stopwatch.GetElapsedTime(changed).TotalMilliseconds:0} ms");
        (await TcpUpstream.AskAsync("127.0.0.1", _port, "x", CancellationToken.None)).Should().Be("v2:x");
    }

    // Returns the services; v1, v2, v3 have the port of their root, which comes last by name.
    private async Task<string> ServeSplitAsync(string version, string weights)
    {
        string[] names = ["v1", "v2", "v3"];
        var upstreams = names.Select(n => Keep(TcpUpstream.Start(n))).ToList();
        var services = string.Concat(names.Select((n, i) => Manifests.Service(n, _port, "tcp", upstreams[i].Port))) + Manifests.Service("zdb", _port, "tcp", upstreams[0].Port);
        await SidecarAsync(version, services + Split("zdb", weights));
        await Eventually.HoldsAsync("the listener", IsOpenAsync);
        return services;
    }

    private async Task<bool> IsOpenAsync(CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port, stop);
        return true;
    }

    private async Task<string> AskOrNothingAsync(CancellationToken stop)
    {
        try
        {
            return await TcpUpstream.AskAsync("127.0.0.1", _port, "x", stop) ?? "nothing";
        }
        catch (IOException)
        {
            return "nothing";
        }
    }

    private static async Task<string?> SayAsync(TcpClient client, StreamReader reader)
    {
        try
        {
            await client.GetStream().WriteAsync("x\n"u8.ToArray());
            return await reader.ReadLineAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
