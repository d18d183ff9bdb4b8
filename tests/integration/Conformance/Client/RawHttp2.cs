using System.Buffers.Binary;
using System.Net.Sockets;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>An HTTP/2 connection without streams, frame by frame: for keepalive, which no HTTP client shows.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private const int HeaderLength = 9;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte Ack = 1;

    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;

    private RawHttp2(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    public static async Task<RawHttp2> ConnectAsync(Uri server)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port);
        var connection = new RawHttp2(tcp);
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendAsync(Settings, 0, []);
        await connection.NextAsync(f => f is { Type: Settings, Flags: 0 }, "the server's settings");
        await connection.SendAsync(Settings, Ack, []);
        return connection;
    }

    /// <summary>Pings the server, which must answer.</summary>
    public async Task PingAsync()
    {
        await SendAsync(Ping, 0, new byte[8]);
        await NextAsync(f => f is { Type: Ping, Flags: Ack }, "the answer to a ping");
    }

    /// <summary>Returns when the server has pinged; the ping is not answered.</summary>
    public Task IsPingedAsync() => NextAsync(f => f is { Type: Ping, Flags: 0 }, "a ping of the server");

    /// <summary>Returns when the server has closed the connection.</summary>
    public async Task IsClosedAsync()
    {
        while (await Deadline.OfAsync(ReadAsync(), () => "The connection was not closed.") is not null)
        {
            // What a server says before it closes does not matter here.
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task SendAsync(byte type, byte flags, byte[] payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        payload.CopyTo(frame, HeaderLength);
        await _stream.WriteAsync(frame);
    }

    private async Task NextAsync(Func<Frame, bool> isWanted, string what)
    {
        while (true)
        {
            var frame = await Deadline.OfAsync(ReadAsync(), () => $"{what} did not come.")
                ?? throw new Xunit.Sdk.XunitException($"The connection was closed when {what} was due.");
            if (frame.Type == GoAway)
            {
                throw new Xunit.Sdk.XunitException($"The server sent GOAWAY when {what} was due.");
            }

            if (isWanted(frame))
            {
                return;
            }
        }
    }

    private async Task<Frame?> ReadAsync()
    {
        try
        {
            var header = new byte[HeaderLength];
            await _stream.ReadExactlyAsync(header);
            await _stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8]);
            return new Frame(header[3], header[4]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Frame(byte Type, byte Flags);
}
