using System.Net;
using System.Net.Sockets;
using System.Text;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>A TCP service that answers every line with its name and the line.</summary>
internal sealed class TcpUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private TcpUpstream(string name)
    {
        _listener.Start();
        _serving = ServeAsync(name);
    }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Starts one.</summary>
    public static TcpUpstream Start(string name) => new(name);

    /// <summary>Sends a line to an address and returns the line that comes back; null when the connection was closed.</summary>
    public static async Task<string?> AskAsync(string host, int port, string line, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, stop);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stop);
        return await reader.ReadLineAsync(stop);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(string name)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(EchoAsync(await _listener.AcceptTcpClientAsync(_stop.Token), name));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task EchoAsync(TcpClient client, string name)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{name}:{line}\n"), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The caller or the test has ended the connection.
            }
        }
    }
}
