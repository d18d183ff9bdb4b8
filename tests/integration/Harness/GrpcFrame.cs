using System.Buffers.Binary;
using System.Text;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>A gRPC message of text: the five bytes of its prefix, then UTF-8. Enough for an echo, without a schema.</summary>
internal static class GrpcFrame
{
    private const int Prefix = 5;

    /// <summary>The frame of a text.</summary>
    public static byte[] Of(string text)
    {
        var frame = new byte[Prefix + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - Prefix));
        Encoding.UTF8.GetBytes(text, frame.AsSpan(Prefix));
        return frame;
    }

    /// <summary>The text of a frame.</summary>
    public static string TextOf(byte[] frame) => frame.Length < Prefix ? "" : Encoding.UTF8.GetString(frame.AsSpan(Prefix));
}
