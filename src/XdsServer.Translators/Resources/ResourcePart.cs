using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;

namespace XdsServer.Translators.Resources;

/// <summary>
/// Some entries of a repeated field, encoded once. A route configuration of ten thousand virtual hosts is put together from such parts, so
/// that one of them that changes does not cost the others' encoding, and proxies that see the same part share it.
/// </summary>
public sealed class ResourcePart
{
    private ResourcePart(byte[] bytes, ImmutableArray<ResourceName> references)
    {
        Bytes = bytes;
        References = references;
        Hash = ContentHash.Of(SHA256.HashData(bytes));
    }

    /// <summary>Tag, length and message of each entry.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>A hash of the bytes.</summary>
    public ContentHash Hash { get; }

    /// <summary>The resources that the entries name, each once.</summary>
    public ImmutableArray<ResourceName> References { get; }

    /// <summary>These messages as entries of the field of that number.</summary>
    public static ResourcePart Create(int field, IReadOnlyCollection<IMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var tag = WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);
        var bytes = new byte[messages.Sum(m => CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeMessageSize(m))];
        var output = new CodedOutputStream(bytes);
        foreach (var message in messages)
        {
            output.WriteTag(tag);
            output.WriteMessage(message);
        }

        output.CheckNoSpaceLeft();
        return new ResourcePart(bytes, [.. messages.SelectMany(m => ResourceReferences.Of(m)).Distinct()]);
    }
}
