using System.Collections.Immutable;
using System.Security.Cryptography;
using Envoy.Config.Cluster.V3;
using Google.Protobuf;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>
/// The clusters that groups were served, as bytes: a mark of the format, each distinct cluster once, the groups with the numbers of theirs, and a digest of all
/// that, by which a file that is foreign, cut off or changed is known.
/// </summary>
internal static class ServedClusters
{
    private const string Mark = "xds-control-plane served clusters 1";

    /// <summary>The bytes.</summary>
    public static byte[] Write(IEnumerable<(string Group, ImmutableArray<Resource> Clusters)> groups)
    {
        var numbers = new Dictionary<ContentHash, int>();
        var (clusters, members) = (new MemoryStream(), new MemoryStream());
        using var clusterWriter = new BinaryWriter(clusters);
        using var memberWriter = new BinaryWriter(members);
        var count = 0;
        foreach (var (group, served) in groups)
        {
            count++;
            memberWriter.Write(group);
            memberWriter.Write(served.Length);
            foreach (var cluster in served)
            {
                if (!numbers.TryGetValue(cluster.Hash, out var number))
                {
                    numbers.Add(cluster.Hash, number = numbers.Count);
                    clusterWriter.Write(cluster.Name);
                    clusterWriter.Write(cluster.Body.Length);
                    clusterWriter.Write(cluster.Body.Span);
                }

                memberWriter.Write7BitEncodedInt(number);
            }
        }

        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(Mark);
        writer.Write(numbers.Count);
        writer.Write(clusters.ToArray());
        writer.Write(count);
        writer.Write(members.ToArray());
        return [.. content.ToArray(), .. SHA256.HashData(content.ToArray())];
    }

    /// <summary>The clusters of each group.</summary>
    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Write"/>.</exception>
    public static IReadOnlyDictionary<string, ImmutableArray<Resource>> Read(byte[] bytes)
    {
        if (bytes.Length < SHA256.HashSizeInBytes || !SHA256.HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(^SHA256.HashSizeInBytes..)))
        {
            throw new InvalidDataException("It is incomplete, or it was not written by this program.");
        }

        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadString() != Mark)
        {
            throw new InvalidDataException("Another version of this program wrote it.");
        }

        var clusters = new Resource[reader.ReadInt32()];
        for (var i = 0; i < clusters.Length; i++)
        {
            clusters[i] = ClusterOf(reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
        }

        var groups = new Dictionary<string, ImmutableArray<Resource>>(StringComparer.Ordinal);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var group = reader.ReadString();
            groups[group] = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => clusters[reader.Read7BitEncodedInt()])];
        }

        return groups;
    }

    private static Resource ClusterOf(string name, byte[] body)
    {
        try
        {
            var cluster = Cluster.Parser.ParseFrom(body);
            return Resource.Create(ResourceType.Cluster, name, cluster, [], ResourceReferences.Of(cluster));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"Cluster {name} in it cannot be read.", e);
        }
    }
}
