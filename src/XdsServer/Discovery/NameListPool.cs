using System.Security.Cryptography;
using Envoy.Service.Discovery.V3;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The long name lists that streams hold now, each once. Proxies with the same clusters ask for the same endpoints, and in SotW every ACK
/// repeats all names: a list that is known is found by the hash of its bytes, and is neither parsed nor stored again. Who lists the
/// same names in another order has the list parsed, but it is found to be the same, and is not kept.
/// </summary>
internal sealed class NameListPool
{
    private const int FirstSweep = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<ContentHash, WeakReference<NameList>> _byBytes = [];
    private readonly Dictionary<int, WeakReference<NameList>> _byNames = [];
    private int _sweepAt = FirstSweep;

    /// <summary>How many lists are known, those included that nobody holds any more and that were not swept yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byBytes.Count;
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
        return Find(_byBytes, key) ?? Add(key, NameList.Of(DiscoveryRequest.Parser.ParseFrom(entries).ResourceNames));
    }

    private NameList? Find<TKey>(Dictionary<TKey, WeakReference<NameList>> lists, TKey key)
        where TKey : notnull
    {
        lock (_lock)
        {
            return lists.TryGetValue(key, out var known) && known.TryGetTarget(out var list) ? list : null;
        }
    }

    // Two streams may bring the same list at once: then there are two of it, which costs memory and nothing else. The same goes for lists of one hash.
    private NameList Add(ContentHash key, NameList list)
    {
        var sameHash = Find(_byNames, list.GetHashCode());
        list = list.Equals(sameHash) ? sameHash : list;
        lock (_lock)
        {
            var entry = new WeakReference<NameList>(list);
            _byBytes[key] = entry;
            _byNames[list.GetHashCode()] = entry;
            if (_byBytes.Count >= _sweepAt)
            {
                Sweep(_byBytes);
                Sweep(_byNames);
                _sweepAt = Math.Max(FirstSweep, _byBytes.Count * 2);
            }
        }

        return list;
    }

    private static void Sweep<TKey>(Dictionary<TKey, WeakReference<NameList>> lists)
        where TKey : notnull
    {
        foreach (var (key, list) in lists)
        {
            if (!list.TryGetTarget(out _))
            {
                lists.Remove(key);
            }
        }
    }
}
