using System.Buffers;
using System.Buffers.Binary;

namespace XdsServer.Grpc;

/// <summary>
/// The length-prefixed messages of gRPC: one byte that says whether the message is compressed, four bytes of length, big-endian,
/// then the message. Frames do not align with messages in any way.
/// </summary>
internal static class Framing
{
    /// <summary>The bytes before each message.</summary>
    public const int PrefixSize = 5;

    /// <summary>
    /// Takes one message off the front of <paramref name="buffer"/>; false when it is not all there yet, and then nothing is taken.
    /// </summary>
    /// <exception cref="GrpcException">The prefix is not one, or the message is larger than <paramref name="maxBytes"/>.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxBytes, out Message message)
    {
        message = default;
        if (buffer.Length < PrefixSize)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixSize];
        buffer.Slice(0, PrefixSize).CopyTo(prefix);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        Check(prefix[0], length, maxBytes);
        if (buffer.Length - PrefixSize < length)
        {
            return false;
        }

        message = new Message(prefix[0] == 1, buffer.Slice(PrefixSize, length));
        buffer = buffer.Slice(message.Bytes.End);
        return true;
    }

    /// <summary>Writes the prefix of a message.</summary>
    public static void WritePrefix(IBufferWriter<byte> output, bool isCompressed, int length)
    {
        var prefix = output.GetSpan(PrefixSize);
        prefix[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)length);
        output.Advance(PrefixSize);
    }

    private static void Check(byte flag, uint length, int maxBytes)
    {
        if (flag > 1)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"The message starts with {flag}; gRPC messages start with 0 or 1. The client does not send gRPC, or the stream is damaged.");
        }

        if (length > (uint)maxBytes)
        {
            throw TooLarge(length, maxBytes);
        }
    }

    /// <summary>The status of a message that is too large.</summary>
    public static GrpcException TooLarge(long length, int maxBytes) =>
        new(GrpcStatusCode.ResourceExhausted, $"The message has {length} bytes; the server takes {maxBytes} at most. Send less, or raise the server's receive limit.");

    /// <summary>One message as it came.</summary>
    public readonly record struct Message(bool IsCompressed, ReadOnlySequence<byte> Bytes);
}
