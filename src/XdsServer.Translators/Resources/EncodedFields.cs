using System.Collections.Immutable;
using Google.Protobuf;

namespace XdsServer.Translators.Resources;

/// <summary>Some fields of a message, encoded once for all the resources that have them.</summary>
public sealed class EncodedFields
{
    private EncodedFields(ImmutableArray<byte> bytes, ImmutableArray<ResourceName> references) => (Bytes, References) = (bytes, references);

    /// <summary>The fields with their tags.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>The resources that they name, each once, sorted by type in push order, then ordinally by name.</summary>
    public ImmutableArray<ResourceName> References { get; }

    /// <summary>The fields that are set in a message.</summary>
    public static EncodedFields Of(IMessage message) => new([.. message.ToByteArray()], ResourceReferences.Of(message));
}
