using System.Collections.Immutable;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The encoded entries of a list's resources in one piece, for lists that many clients ask for: a thousand sidecars with the same thousand clusters then take
/// one part each instead of a thousand.
/// </summary>
/// <remarks>
/// The first <see cref="Separate"/> who ask go without: for so few the copy takes more memory than it saves time. It is kept weakly, so that it goes when the
/// clients have connected.
/// </remarks>
internal sealed class JointEntries(ImmutableArray<Resource> resources, Func<Resource, ReadOnlyMemory<byte>> entry)
{
    /// <summary>How many clients take every entry by itself: a thousand were served an eighth sooner in one piece, a hundred no sooner.</summary>
    public const int Separate = 128;

    private WeakReference<byte[]>? _bytes;
    private int _asked;

    /// <summary>False for the first <see cref="Separate"/> who ask.</summary>
    public bool TryGet(out ReadOnlyMemory<byte> bytes)
    {
        if (_asked < Separate && Interlocked.Increment(ref _asked) <= Separate)
        {
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
