using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Envoy.Config.Core.V3;
using Google.Protobuf;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// Puts responses together from bytes that exist already: a small head of this stream's own (version, nonce), a part that is the same for all
/// responses of a type (type URL, control plane), and the encoded resources. No message object is built.
/// </summary>
internal sealed class ResponseWriter
{
    private const int LongestHead = 128;

    private readonly byte[][] _sotwConstants;
    private readonly byte[][] _deltaConstants;

    public ResponseWriter(string identifier)
    {
        _sotwConstants = ResourceType.All.Select(t => Constants(t, identifier, controlPlaneTag: 0x32)).ToArray();
        _deltaConstants = ResourceType.All.Select(t => Constants(t, identifier, controlPlaneTag: 0x3A)).ToArray();
    }

    /// <summary>Writes one response; completes when the transport takes more.</summary>
    public ValueTask WriteAsync(IMessageStream stream, Subscription subscription, Update update, DiscoveryVariant variant, long streamId, CancellationToken cancellationToken, out long size)
    {
        var parts = new PartList();
        var head = ArrayPool<byte>.Shared.Rent(LongestHead);
        byte[]? removed = null;
        var isDelta = variant == DiscoveryVariant.Delta;
        parts.Add(head.AsMemory(0, WriteHead(head, streamId, update)));
        parts.Add((isDelta ? _deltaConstants : _sotwConstants)[subscription.Type.Index]);
        if (isDelta)
        {
            AddDelta(ref parts, subscription, update, ref removed);
        }
        else
        {
            AddSotw(ref parts, subscription, update);
        }

        size = parts.Size;
        var writing = stream.WriteAsync(parts.Parts, cancellationToken);
        parts.Return();
        if (!writing.IsCompleted)
        {
            return ReturnAfterAsync(writing, head, removed);
        }

        Return(head, removed);
        return writing;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask ReturnAfterAsync(ValueTask writing, byte[] head, byte[]? removed)
    {
        try
        {
            await writing;
        }
        finally
        {
            Return(head, removed);
        }
    }

    private static void Return(byte[] head, byte[]? removed)
    {
        ArrayPool<byte>.Shared.Return(head);
        if (removed is not null)
        {
            ArrayPool<byte>.Shared.Return(removed);
        }
    }

    private static void AddDelta(ref PartList parts, Subscription subscription, Update update, ref byte[]? removed)
    {
        if (update.IsHeartbeat)
        {
            AddTimed(ref parts, update.Upserts, static r => r.Timed!.DeltaHeartbeat);
            return;
        }

        if (subscription.TakesTtl)
        {
            AddTimed(ref parts, ContentOf(subscription, update), static r => r.Timed?.Delta ?? r.DeltaEntry);
        }
        else if (update.Shared is not null)
        {
            parts.Add(update.Shared.DeltaEntries);
            return;
        }
        else
        {
            AddPlain(ref parts, subscription.Type, update);
        }

        foreach (var name in update.Absent)
        {
            parts.Add(AbsentEntry.Of(name));
        }

        if (update.Removed.Count > 0)
        {
            parts.Add(WriteRemoved(update.Removed, out removed));
        }
    }

    private static void AddPlain(ref PartList parts, ResourceType type, Update update)
    {
        foreach (var layer in update.Everything?.Layers ?? [])
        {
            parts.Add(layer[type].DeltaEntries);
        }

        if (update.Listed is { } listed && listed.Delta.TryGet(out var entries))
        {
            parts.Add(entries);
            return;
        }

        foreach (var resource in update.Upserts)
        {
            parts.Add(resource.DeltaEntry);
        }
    }

    // Few clients understand times to live, so these entries are put together one by one.
    private static void AddTimed(ref PartList parts, ReadOnlySpan<Resource> resources, Func<Resource, ReadOnlyMemory<byte>> entry)
    {
        foreach (var resource in resources)
        {
            parts.Add(entry(resource));
        }
    }

    private static ReadOnlySpan<Resource> ContentOf(Subscription subscription, Update update) =>
        update.Everything is null ? update.Upserts : subscription.Held().ToArray();

    // A full-state response holds all that the client is to have; of other types only what is new (protocol duties 38, 39).
    private static void AddSotw(ref PartList parts, Subscription subscription, Update update)
    {
        if (update.IsHeartbeat && !subscription.Type.IsFullState)
        {
            AddTimed(ref parts, update.Upserts, static r => r.Timed!.SotwHeartbeat);
        }
        else if (subscription.TakesTtl)
        {
            // What is absent from a full state is deleted, so its heartbeat is the whole state again.
            AddTimed(ref parts, subscription.Type.IsFullState ? subscription.Held().ToArray() : ContentOf(subscription, update), static r => r.Timed?.Sotw ?? r.SotwEntry);
        }
        else if (!subscription.Type.IsFullState && update.Everything is null)
        {
            AddPlainSotw(ref parts, update);
        }
        else if (subscription.IsAllOf is { } snapshot)
        {
            foreach (var layer in snapshot.Layers)
            {
                parts.Add(layer[subscription.Type].SotwEntries);
            }
        }
        else
        {
            foreach (var resource in subscription.Held())
            {
                parts.Add(resource.SotwEntry);
            }
        }
    }

    private static void AddPlainSotw(ref PartList parts, Update update)
    {
        if (update.Listed is { } listed && listed.Sotw.TryGet(out var entries))
        {
            parts.Add(entries);
            return;
        }

        foreach (var resource in update.Upserts)
        {
            parts.Add(resource.SotwEntry);
        }
    }

    private static ReadOnlyMemory<byte> WriteRemoved(IReadOnlyList<string> names, out byte[] buffer)
    {
        var size = 0;
        for (var i = 0; i < names.Count; i++)
        {
            size += RemovedEntry.SizeOf(names[i]);
        }

        buffer = ArrayPool<byte>.Shared.Rent(size);
        var at = 0;
        for (var i = 0; i < names.Count; i++)
        {
            at += RemovedEntry.Write(names[i], buffer.AsSpan(at));
        }

        return buffer.AsMemory(0, at);
    }

    // Fields 1 (version) and 5 (nonce) have the same numbers in both variants.
    private static int WriteHead(Span<byte> head, long streamId, Update update)
    {
        head[0] = 0x0A;
        head[1] = 16;
        Utf8Formatter.TryFormat(update.Version.High, head[2..], out _, new StandardFormat('x', 16));
        head[18] = 0x2A;
        var length = Nonce.Write(streamId, update.Nonce, head[20..]);
        head[19] = (byte)length;
        return 20 + length;
    }

    private static byte[] Constants(ResourceType type, string identifier, byte controlPlaneTag)
    {
        var url = Encoding.UTF8.GetBytes(type.TypeUrl);
        var plane = new ControlPlane { Identifier = identifier }.ToByteArray();
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        output.WriteRawTag(0x22);
        output.WriteBytes(ByteString.CopyFrom(url));
        output.WriteRawTag(controlPlaneTag);
        output.WriteBytes(ByteString.CopyFrom(plane));
        output.Flush();
        return stream.ToArray();
    }

    /// <summary>A growing list of parts on rented memory.</summary>
    private struct PartList()
    {
        private ReadOnlyMemory<byte>[] _parts = ArrayPool<ReadOnlyMemory<byte>>.Shared.Rent(16);
        private int _count;

        public readonly ReadOnlySpan<ReadOnlyMemory<byte>> Parts => _parts.AsSpan(0, _count);

        public long Size { get; private set; }

        public void Add(ReadOnlyMemory<byte> part)
        {
            if (_count == _parts.Length)
            {
                var larger = ArrayPool<ReadOnlyMemory<byte>>.Shared.Rent(_count * 2);
                _parts.CopyTo(larger, 0);
                Return();
                _parts = larger;
            }

            _parts[_count++] = part;
            Size += part.Length;
        }

        public readonly void Return() => ArrayPool<ReadOnlyMemory<byte>>.Shared.Return(_parts, clearArray: true);
    }
}
