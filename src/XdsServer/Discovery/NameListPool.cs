using System.Security.Cryptography;
using Envoy.Service.Discovery.V3;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The long name lists that streams hold now, each once. Proxies with the same clusters ask for the same endpoints, and in SotW every ACK
/// repeats all names: a list that is known is found by the hash of its bytes, and is neither parsed nor stored again.
/// </summary>
internal sealed class NameListPool
{
    private const int FirstSweep = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<ContentHash, WeakReference<NameList>> _lists = [];
    private int _sweepAt = FirstSweep;

    /// <summary>How many lists are known, those included that nobody holds any more and that were not swept yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lists.Count;
            }
        }
    }

    /// <summary>The list that these bytes encode: entries of field 3 of either request.</summary>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The bytes are not such entries.</exception>
    public NameList Get(ReadOnlySpan<byte> entries)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entries, digest);
        var key = ContentHash.Of(digest);
        return Find(key) ?? Add(key, NameList.Create([.. DiscoveryRequest.Parser.ParseFrom(entries).ResourceNames]));
    }

    private NameList? Find(ContentHash key)
    {
        lock (_lock)
        {
            return _lists.TryGetValue(key, out var known) && known.TryGetTarget(out var list) ? list : null;
        }
    }

    // Two streams may bring the same list at once; the later one takes the list of the earlier.
    private NameList Add(ContentHash key, NameList list)
    {
        lock (_lock)
        {
            if (_lists.TryGetValue(key, out var known) && known.TryGetTarget(out var earlier))
            {
                return earlier;
            }

            _lists[key] = new WeakReference<NameList>(list);
            if (_lists.Count >= _sweepAt)
            {
                Sweep();
            }

            return list;
        }
    }

    private void Sweep()
    {
        foreach (var (key, list) in _lists)
        {
            if (!list.TryGetTarget(out _))
            {
                _lists.Remove(key);
            }
        }

        _sweepAt = Math.Max(FirstSweep, _lists.Count * 2);
    }
}
