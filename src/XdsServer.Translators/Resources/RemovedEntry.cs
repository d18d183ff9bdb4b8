using System.Text;
using Google.Protobuf;

namespace XdsServer.Translators.Resources;

/// <summary>One <c>removed_resources</c> entry (field 6) of a <c>DeltaDiscoveryResponse</c>.</summary>
public static class RemovedEntry
{
    private const byte Tag = 0x32;

    /// <summary>How many bytes the entry takes.</summary>
    public static int SizeOf(string name) => 1 + CodedOutputStream.ComputeStringSize(name);

    /// <summary>Writes tag, length and name; returns how many bytes that took.</summary>
    public static int Write(string name, Span<byte> destination)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        var at = 0;
        destination[at++] = Tag;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                destination[at++] = (byte)rest;
                break;
            }

            destination[at++] = (byte)(rest | 0x80);
        }

        return at + Encoding.UTF8.GetBytes(name, destination[at..]);
    }
}
