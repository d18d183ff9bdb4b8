using System.Buffers;
using System.IO.Compression;

namespace XdsServer.Grpc;

/// <summary>Compression of single messages.</summary>
internal static class Gzip
{
    private const int ChunkSize = 16 * 1024;

    /// <summary>The message inside.</summary>
    /// <exception cref="GrpcException">It is no gzip, or unpacks to more than <paramref name="maxBytes"/>.</exception>
    public static ReadOnlySequence<byte> Decompress(ReadOnlySequence<byte> compressed, int maxBytes)
    {
        using var input = new GZipStream(new MemoryStream(compressed.ToArray(), writable: false), CompressionMode.Decompress);
        var output = new ArrayBufferWriter<byte>();
        try
        {
            int read;
            while ((read = input.Read(output.GetSpan(ChunkSize))) > 0)
            {
                output.Advance(read);
                if (output.WrittenCount > maxBytes)
                {
                    throw Framing.TooLarge(output.WrittenCount, maxBytes);
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"The message is marked as gzip and cannot be unpacked: {e.Message}");
        }

        return new ReadOnlySequence<byte>(output.WrittenMemory);
    }

    /// <summary>One message of these parts, packed for speed.</summary>
    public static ReadOnlyMemory<byte> Compress(ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var part in parts)
            {
                gzip.Write(part.Span);
            }
        }

        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }
}
