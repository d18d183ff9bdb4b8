using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using XdsServer.Discovery;

namespace XdsServer.Grpc;

/// <summary>
/// One call: messages in, messages out. One reader and one writer may work at the same time. Reading and writing end with
/// <see cref="OperationCanceledException"/> when the client is gone, the deadline has passed or the server stops.
/// </summary>
/// <remarks>
/// Writing goes straight into the connection's pipe; in the steady state it allocates nothing. A long message goes in piece by piece, and
/// waits for its turn: a thousand clients that connect at once would otherwise hold a copy each of all there is.
/// </remarks>
public sealed class GrpcCall : IMessageStream
{
    private const int PieceBytes = 32 * 1024;

    private readonly HttpContext _context;
    private readonly GrpcLimits _limits;
    private readonly LongWrites _longWrites;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly bool _takesGzip;
    private readonly bool _answersGzip;
    private ReadOnlySequence<byte> _unread;
    private bool _hasUnread;
    private bool _isCompleted;
    private bool _hasWritten;

    internal GrpcCall(HttpContext context, GrpcLimits limits, LongWrites longWrites, PeerInfo peer, CancellationToken cancellation)
    {
        _context = context;
        _limits = limits;
        _longWrites = longWrites;
        _reader = context.Request.BodyReader;
        _writer = context.Response.BodyWriter;
        _takesGzip = GrpcHeaders.UsesGzip(context.Request);
        _answersGzip = _takesGzip && GrpcHeaders.AcceptsGzip(context.Request);
        Peer = peer;
        Cancellation = cancellation;
    }

    /// <inheritdoc/>
    public PeerInfo Peer { get; }

    /// <summary>Cancelled when the client is gone, the deadline has passed or the server stops.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>What the client sent beside its messages.</summary>
    public IHeaderDictionary RequestHeaders => _context.Request.Headers;

    /// <summary>What goes to the client with the status. Names are lower case.</summary>
    public IHeaderDictionary Trailers { get; } = new HeaderDictionary();

    /// <summary>True when a message was begun that the client has not made room for: nothing can follow it.</summary>
    internal bool IsStalled { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="GrpcException">The bytes are not gRPC, or the message is too large.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_hasUnread && TryTake() is { } message)
            {
                return message;
            }

            if (_isCompleted)
            {
                return End();
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlySpan<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        PrepareHeaders();
        var length = 0;
        foreach (var part in parts)
        {
            length = checked(length + part.Length);
        }

        var isPacked = _answersGzip && length >= _limits.MinCompressedBytes;
        if (isPacked)
        {
            var packed = Gzip.Compress(parts);
            parts = new[] { packed };
            length = packed.Length;
        }

        if (length > PieceBytes)
        {
            return WriteLongAsync(parts.ToArray(), isPacked, length, cancellationToken);
        }

        Framing.WritePrefix(_writer, isPacked, length);
        var next = (Part: 0, Offset: 0);
        WritePiece(parts, ref next);
        return FlushAsync(cancellationToken);
    }

    private async ValueTask WriteLongAsync(ReadOnlyMemory<byte>[] parts, bool isPacked, int length, CancellationToken cancellationToken)
    {
        using var turn = await _longWrites.BeginAsync(cancellationToken);
        IsStalled = true;
        Framing.WritePrefix(_writer, isPacked, length);
        var next = (Part: 0, Offset: 0);
        while (next.Part < parts.Length)
        {
            WritePiece(parts, ref next);
            RequireClient(await _writer.FlushAsync(cancellationToken));
        }

        IsStalled = false;
    }

    // Fills the pipe's own blocks: to ask the pipe for room for each of a thousand small parts costs more than to copy them.
    private void WritePiece(ReadOnlySpan<ReadOnlyMemory<byte>> parts, ref (int Part, int Offset) next)
    {
        for (var left = PieceBytes; left > 0 && next.Part < parts.Length;)
        {
            var room = _writer.GetSpan(1);
            var written = Fill(room[..Math.Min(room.Length, left)], parts, ref next);
            _writer.Advance(written);
            left -= written;
        }
    }

    private static int Fill(Span<byte> room, ReadOnlySpan<ReadOnlyMemory<byte>> parts, ref (int Part, int Offset) next)
    {
        var written = 0;
        while (written < room.Length && next.Part < parts.Length)
        {
            var rest = parts[next.Part].Span[next.Offset..];
            var length = Math.Min(rest.Length, room.Length - written);
            rest[..length].CopyTo(room[written..]);
            written += length;
            next = length == rest.Length ? (next.Part + 1, 0) : (next.Part, next.Offset + length);
        }

        return written;
    }

    private ReadOnlySequence<byte>? TryTake()
    {
        if (!Framing.TryRead(ref _unread, _limits.MaxReceiveBytes, out var message))
        {
            return null;
        }

        if (!message.IsCompressed)
        {
            return message.Bytes;
        }

        return _takesGzip
            ? Gzip.Decompress(message.Bytes, _limits.MaxReceiveBytes)
            : throw new GrpcException(GrpcStatusCode.Internal, "The message is marked as compressed, but the call has no grpc-encoding header. Set the header, or send the message as it is.");
    }

    // Messages that were handed out are given back to the pipe only here: their memory is valid until the next read.
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_hasUnread)
        {
            _reader.AdvanceTo(_unread.Start, _unread.End);
            _hasUnread = false;
        }

        try
        {
            var result = await _reader.ReadAsync(cancellationToken);
            _unread = result.Buffer;
            _hasUnread = true;
            _isCompleted = result.IsCompleted;
        }
        catch (IOException e)
        {
            throw new OperationCanceledException("The client has reset the stream.", e, _context.RequestAborted);
        }
    }

    private ReadOnlySequence<byte>? End() => _unread.IsEmpty
        ? null
        : throw new GrpcException(GrpcStatusCode.Internal, $"The stream ended {_unread.Length} bytes into a message.");

    // They go out with the first message.
    private void PrepareHeaders()
    {
        if (_answersGzip && !_hasWritten)
        {
            _context.Response.Headers[GrpcHeaders.Encoding] = GrpcHeaders.Gzip;
        }

        _hasWritten = true;
    }

    private ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var flush = _writer.FlushAsync(cancellationToken);
        if (!flush.IsCompletedSuccessfully)
        {
            return WaitAsync(flush);
        }

        RequireClient(flush.Result);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(ValueTask<FlushResult> flush)
    {
        IsStalled = true;
        RequireClient(await flush);
        IsStalled = false;
    }

    private static void RequireClient(FlushResult flushed)
    {
        if (flushed.IsCompleted || flushed.IsCanceled)
        {
            throw new OperationCanceledException("The client has gone.");
        }
    }
}
