using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The encoded entries of a list's resources in one piece, for lists that several clients ask for: a thousand sidecars with the same thousand clusters then take
/// one part each instead of a thousand.
/// </summary>
/// <remarks>
/// Whoever asks first goes without: most lists have one client, and a copy of all it gets would be for nothing. Kept weakly, so that it goes when the clients
/// have connected.
/// </remarks>
internal sealed class JointEntries(ImmutableArray<Resource> resources, Func<Resource, ReadOnlyMemory<byte>> entry)
{
    private WeakReference<byte[]>? _bytes;
    private bool _wasAsked;

    /// <summary>False for the first who asks.</summary>
    public bool TryGet(out ReadOnlyMemory<byte> bytes)
    {
        if (!_wasAsked)
        {
            _wasAsked = true;
            bytes = default;
            return false;
        }

        var known = Volatile.Read(ref _bytes);
        if (known is null || !known.TryGetTarget(out var joined))
        {
            joined = Join();
            Volatile.Write(ref _bytes, new WeakReference<byte[]>(joined));
        }

        bytes = joined;
        return true;
    }

    private byte[] Join()
    {
        var size = 0;
        foreach (var resource in resources)
        {
            size += entry(resource).Length;
        }

        var joined = GC.AllocateUninitializedArray<byte>(size);
        var at = 0;
        foreach (var resource in resources)
        {
            var part = entry(resource).Span;
            part.CopyTo(joined.AsSpan(at));
            at += part.Length;
        }

        return joined;
    }
}
