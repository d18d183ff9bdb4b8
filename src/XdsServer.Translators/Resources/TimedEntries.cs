using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Wire = Envoy.Service.Discovery.V3.Resource;

namespace XdsServer.Translators.Resources;

/// <summary>
/// The forms of a resource with a time to live, each a whole <c>resources</c> entry. A heartbeat has name, version and time to live, and no body: the
/// client resets its timer and nothing else (protocol duties 75, 76).
/// </summary>
public sealed class TimedEntries
{
    private const byte Tag = 0x12;

    private TimedEntries(Wire whole)
    {
        var beat = whole.Clone();
        beat.Resource_ = null;
        Delta = Entry(whole);
        DeltaHeartbeat = Entry(beat);
        Sotw = Entry(Any.Pack(whole));
        SotwHeartbeat = Entry(Any.Pack(beat));
    }

    /// <summary>For a <c>DeltaDiscoveryResponse</c>.</summary>
    public ReadOnlyMemory<byte> Delta { get; }

    /// <summary>The same without a body.</summary>
    public ReadOnlyMemory<byte> DeltaHeartbeat { get; }

    /// <summary>For a <c>DiscoveryResponse</c>: the resource inside a <c>Resource</c> inside an <c>Any</c>.</summary>
    public ReadOnlyMemory<byte> Sotw { get; }

    /// <summary>The same without a body.</summary>
    public ReadOnlyMemory<byte> SotwHeartbeat { get; }

    internal static TimedEntries Of(Resource resource, TimeSpan ttl) => new(new Wire
    {
        Name = resource.Name,
        Version = resource.Version,
        Aliases = { resource.Aliases },
        Resource_ = new Any { TypeUrl = resource.Type.TypeUrl, Value = UnsafeByteOperations.UnsafeWrap(resource.Body) },
        Ttl = Duration.FromTimeSpan(ttl),
    });

    private static byte[] Entry(IMessage message)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        output.WriteRawTag(Tag);
        output.WriteMessage(message);
        output.Flush();
        return stream.ToArray();
    }
}
