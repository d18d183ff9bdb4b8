using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>An HTTP/2 connection, frame by frame: for keepalive, which no HTTP client shows, and for the order in which a connection ends.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private const int HeaderLength = 9;
    private const int OnlyStream = 1;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte Ack = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

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

    /// <summary>Opens the connection's one stream with one message, and returns when the server has begun to answer.</summary>
    public async Task CallAsync(string method, byte[] message)
    {
        (string Name, string Value)[] headers = [(":method", "POST"), (":scheme", "http"), (":path", "/" + method), (":authority", "xds"), ("content-type", "application/grpc"), ("te", "trailers")];
        await SendAsync(Headers, EndHeaders, [.. headers.SelectMany(h => (byte[])[0, .. Text(h.Name), .. Text(h.Value)])], OnlyStream);
        await SendAsync(Data, 0, [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message], OnlyStream);
        await NextAsync(f => f.Type == Data, "an answer");

        // HPACK: a literal that is not to be remembered, its length and its characters as they are.
        static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
    }

    /// <summary>The trailers of the stream, as they stand on the wire; null when the connection was closed without any.</summary>
    public async Task<string?> TrailersAsync()
    {
        while (await Deadline.OfAsync(ReadAsync(), () => "The stream was not ended.") is { } frame)
        {
            if (frame.Type == Headers && (frame.Flags & EndStream) != 0)
            {
                return Encoding.ASCII.GetString(frame.Payload);
            }
        }

        return null;
    }

    /// <summary>Returns when the server has closed the connection.</summary>
    public async Task IsClosedAsync()
    {
        while (await Deadline.OfAsync(ReadAsync(), () => "The connection was not closed.") is not null)
        {
            // What a server says before it closes does not matter here.
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task SendAsync(byte type, byte flags, byte[] payload, int stream = 0)
    {
        var frame = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
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
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8];
            await _stream.ReadExactlyAsync(payload);
            return new Frame(header[3], header[4], payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Frame(byte Type, byte Flags, byte[] Payload);
}
