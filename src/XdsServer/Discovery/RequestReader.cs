using System.Buffers;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace XdsServer.Discovery;

/// <summary>Reads requests. Long lists of names are cut out and taken from the pool; all else goes through the generated parsers.</summary>
internal sealed class RequestReader
{
    // Below this a list costs less than looking for it.
    private const int LongRequest = 512;
    private const int NamesField = 3;

    private readonly NameListPool _pool = new();

    /// <exception cref="DiscoveryException">The bytes are not a request.</exception>
    public ClientRequest Read(DiscoveryVariant variant, ReadOnlySequence<byte> message)
    {
        byte[]? rented = null;
        try
        {
            if (message.IsSingleSegment)
            {
                return Read(variant, message.FirstSpan);
            }

            rented = ArrayPool<byte>.Shared.Rent((int)message.Length);
            message.CopyTo(rented);
            return Read(variant, rented.AsSpan(0, (int)message.Length));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, $"The message is not a {(variant == DiscoveryVariant.Delta ? "Delta" : "")}DiscoveryRequest: {e.Message}");
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private ClientRequest Read(DiscoveryVariant variant, ReadOnlySpan<byte> message)
    {
        var (start, end) = message.Length < LongRequest ? (0, 0) : RunOfNames(message);
        var names = start < end ? _pool.Get(message[start..end]) : null;
        return variant == DiscoveryVariant.Delta
            ? ClientRequest.From(Merge(new DeltaDiscoveryRequest(), message[..start], message[end..]), names)
            : ClientRequest.From(Merge(new DiscoveryRequest(), message[..start], message[end..]), names);
    }

    // Messages that follow each other are one message (protobuf encoding, "Last One Wins").
    private static T Merge<T>(T request, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
        where T : IMessage
    {
        request.MergeFrom(head);
        request.MergeFrom(tail);
        return request;
    }

    /// <summary>Where all names are; an empty run when they are in several places, or the bytes are not a message: the parser will say so.</summary>
    private static (int Start, int End) RunOfNames(ReadOnlySpan<byte> message)
    {
        var (start, end) = (0, 0);
        for (var at = 0; at < message.Length;)
        {
            var from = at;
            if (!TrySkip(message, ref at, out var field))
            {
                return (0, 0);
            }

            if (field != NamesField)
            {
                continue;
            }

            if (start < end && from != end)
            {
                return (0, 0);
            }

            (start, end) = (start < end ? start : from, at);
        }

        return (start, end);
    }

    private static bool TrySkip(ReadOnlySpan<byte> message, ref int at, out int field)
    {
        field = 0;
        if (!TryReadVarint(message, ref at, out var tag))
        {
            return false;
        }

        field = (int)(tag >> 3);
        ulong length = 0;
        var isWhole = (tag & 7) switch
        {
            0 => TryReadVarint(message, ref at, out _),
            1 => (length = sizeof(ulong)) > 0,
            2 => TryReadVarint(message, ref at, out length),
            5 => (length = sizeof(uint)) > 0,
            _ => false,
        };
        if (!isWhole || length > (ulong)(message.Length - at))
        {
            return false;
        }

        at += (int)length;
        return true;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> message, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
