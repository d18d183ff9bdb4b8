using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Envoy.Config.Cluster.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;

namespace XdsServer.Translators.Resources;

/// <summary>
/// One xDS resource, ready for the wire: its content hash is its version, and its bytes are encoded once for all streams.
/// Equal content has an equal version on every replica and after every restart (protocol duties 31, 65).
/// </summary>
public sealed class Resource
{
    private readonly ResourceParts? _parts;
    private Encoded? _encoded;
    private ImmutableArray<ResourceName> _references;

    private Resource(ResourceType type, string name, byte[] body, string[] aliases, TimeSpan? ttl = null)
    {
        Type = type;
        Name = name;
        Aliases = [.. aliases];
        Ttl = ttl;
        Hash = HashOf(type, name, body, aliases, ttl);
        Version = Hash.ToVersion();
        _encoded = Encode(this, body, parts: null);
        Timed = ttl is { } life ? TimedEntries.Of(this, life) : null;
    }

    private Resource(ResourceType type, string name, ResourceParts parts)
    {
        Type = type;
        Name = name;
        Aliases = [];
        Hash = HashOf(type, name, [.. parts.Head, .. parts.Tail], [], ttl: null) + parts.Middle.Hash;
        Version = Hash.ToVersion();
        _parts = parts;
    }

    /// <summary>Its kind.</summary>
    public ResourceType Type { get; }

    /// <summary>Unique within its type and snapshot.</summary>
    public string Name { get; }

    /// <summary>Other names under which it may be asked for (virtual hosts on demand; protocol duty 53).</summary>
    public ImmutableArray<string> Aliases { get; }

    /// <summary>
    /// How long a client may use it without hearing of it again; null: for good. Only clients that understand this are told (protocol duty 75).
    /// </summary>
    public TimeSpan? Ttl { get; }

    /// <summary>16 hexadecimal digits: the hash of type, name, aliases, bytes and time to live.</summary>
    public string Version { get; }

    /// <summary>The hash that <see cref="Version"/> is a part of; sums of these are the versions of sets.</summary>
    public ContentHash Hash { get; }

    /// <summary>The objects that it was made from. Not part of the version.</summary>
    public ImmutableArray<ObjectRef> Origins { get; private init; } = [];

    /// <summary>The resources that it names. Not part of the version, since the bytes say it already.</summary>
    public ImmutableArray<ResourceName> References
    {
        get
        {
            if (_references.IsDefault)
            {
                _references = _parts!.References();
            }

            return _references;
        }

        private init => _references = value;
    }

    /// <summary>A cluster that is warm as soon as it has its endpoints: they come over EDS, and neither health checks nor secrets have to come first.</summary>
    public bool NeedsOnlyEndpoints { get; private init; }

    /// <summary>One <c>resources</c> entry (tag, length, <c>Resource</c>) of a <c>DeltaDiscoveryResponse</c>.</summary>
    public ReadOnlyMemory<byte> DeltaEntry => Bytes.DeltaEntry;

    /// <summary>One <c>resources</c> entry (tag, length, <c>Any</c>) of a <c>DiscoveryResponse</c>; the tail of <see cref="DeltaEntry"/>.</summary>
    public ReadOnlyMemory<byte> SotwEntry => DeltaEntry[Bytes.SotwStart..];

    /// <summary>The entries for clients that understand <see cref="Ttl"/>; null when there is none.</summary>
    public TimedEntries? Timed { get; }

    /// <summary>The serialized message itself.</summary>
    public ReadOnlyMemory<byte> Body => DeltaEntry[^Bytes.BodySize..];

    /// <summary>Serializes <paramref name="message"/> once. Map fields must have been filled in sorted order.</summary>
    public static Resource Create(
        ResourceType type,
        string name,
        IMessage message,
        ImmutableArray<ObjectRef> origins,
        ImmutableArray<ResourceName> references,
        params string[] aliases) =>
        new(type, name, message.ToByteArray(), aliases)
        {
            Origins = origins,
            References = references,
            NeedsOnlyEndpoints = message is Cluster { Type: Cluster.Types.DiscoveryType.Eds, HealthChecks.Count: 0 } && !references.Any(r => r.Type == ResourceType.Secret),
        };

    /// <summary>
    /// A resource put together from parts: its version is made of theirs, and its bytes are made when somebody asks for them first.
    /// </summary>
    public static Resource Compose(ResourceType type, string name, ResourceParts parts, ImmutableArray<ObjectRef> origins) =>
        new(type, name, parts) { Origins = origins };

    /// <summary>The same with a time to live; that is another version.</summary>
    public Resource WithTtl(TimeSpan ttl) =>
        new(Type, Name, Body.ToArray(), [.. Aliases], ttl) { Origins = Origins, References = References, NeedsOnlyEndpoints = NeedsOnlyEndpoints };

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Name}@{Version}";

    // Streams of several threads may ask at once; they all get the one instance.
    private Encoded Bytes
    {
        get
        {
            if (Volatile.Read(ref _encoded) is { } encoded)
            {
                return encoded;
            }

            lock (_parts!)
            {
                return _encoded ??= Encode(this, [], _parts);
            }
        }
    }

    private static ContentHash HashOf(ResourceType type, string name, byte[] body, string[] aliases, TimeSpan? ttl)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(type.ShortName + "\n" + string.Join('\n', [name, .. aliases]) + "\n"));
        hash.AppendData(body);
        if (ttl is { } life)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(life.ToString("c")));
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return ContentHash.Of(digest);
    }

    // The Any comes last in the Resource, and its value last in the Any: both messages carry their entries in field 2, so one buffer serves
    // both protocols, and the body is its tail.
    private static Encoded Encode(Resource resource, byte[] body, ResourceParts? parts)
    {
        var bodySize = parts?.Size ?? body.Length;
        var valueSize = bodySize == 0 ? 0 : 1 + CodedOutputStream.ComputeLengthSize(bodySize) + bodySize;
        var anySize = 1 + CodedOutputStream.ComputeStringSize(resource.Type.TypeUrl) + valueSize;
        var head = CodedOutputStream.ComputeStringSize(resource.Version) + CodedOutputStream.ComputeStringSize(resource.Name) + 2
            + resource.Aliases.Sum(a => 1 + CodedOutputStream.ComputeStringSize(a));
        var inner = head + 1 + CodedOutputStream.ComputeLengthSize(anySize) + anySize;
        var bytes = new byte[1 + CodedOutputStream.ComputeLengthSize(inner) + inner];

        var output = new CodedOutputStream(bytes);
        output.WriteRawTag(0x12);
        output.WriteLength(inner);
        output.WriteRawTag(0x0A);
        output.WriteString(resource.Version);
        output.WriteRawTag(0x1A);
        output.WriteString(resource.Name);
        foreach (var alias in resource.Aliases)
        {
            output.WriteRawTag(0x22);
            output.WriteString(alias);
        }

        var sotwStart = (int)output.Position;
        output.WriteRawTag(0x12);
        output.WriteLength(anySize);
        output.WriteRawTag(0x0A);
        output.WriteString(resource.Type.TypeUrl);
        if (bodySize > 0)
        {
            output.WriteRawTag(0x12);
            output.WriteLength(bodySize);
        }

        output.Flush();
        var destination = bytes.AsSpan((int)output.Position);
        if (destination.Length != bodySize)
        {
            throw new InvalidOperationException($"{resource.Type} '{resource.Name}' was sized wrongly.");
        }

        body.CopyTo(destination);
        parts?.CopyTo(destination);
        return new Encoded(bytes, sotwStart, bodySize);
    }

    private sealed record Encoded(ReadOnlyMemory<byte> DeltaEntry, int SotwStart, int BodySize);
}
