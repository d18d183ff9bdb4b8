using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>A wire between a proxy and its control plane that a test can cut and mend, and that counts what comes from the control plane.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int> _target;

    // Written by each connection when it begins and ends, read when the wire is cut.
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _connections = new();
    private readonly Task _accepting;
    private volatile bool _isCut;
    private long _received;

    private TcpRelay(Func<int> target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the proxy connects.</summary>
    public IPEndPoint Address => new(IPAddress.Loopback, ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>How many bytes have come from the control plane.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>A wire to a port of this machine, which is asked for with each connection.</summary>
    public static TcpRelay To(Func<int> target) => new(target);

    /// <summary>Breaks all connections, and refuses new ones.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var (near, far) in _connections)
        {
            near.Close();
            far.Close();
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Mend() => _isCut = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relaying = new List<Task>();
        try
        {
            while (true)
            {
                relaying.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The listener was stopped: while it waited, or just before it would wait again.
            await Task.WhenAll(relaying);
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        _connections[near] = far;
        try
        {
            if (!_isCut)
            {
                await far.ConnectAsync(IPAddress.Loopback, _target(), _stop.Token);
                await Task.WhenAny(CopyAsync(near, far, count: false), CopyAsync(far, near, count: true));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // There is nobody there; the proxy tries again.
        }
        finally
        {
            _connections.TryRemove(near, out _);
            near.Close();
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool count)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                Interlocked.Add(ref _received, count ? read : 0);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One end has gone; the other follows.
        }
    }
}
