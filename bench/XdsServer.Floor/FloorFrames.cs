using System.Buffers.Binary;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.BenchHost;
using XdsServer.Translators.Resources;
using Resource = XdsServer.Translators.Resources.Resource;

namespace XdsServer.Floor;

/// <summary>gRPC messages, encoded once.</summary>
internal static class FloorFrames
{
    private const int PrefixSize = 5;

    /// <summary>All clusters, as the answer to a first request.</summary>
    public static byte[] Full(int clusters) => Frame(Enumerable.Range(0, clusters).Select(i => BenchResources.Cluster(BenchResources.NameOf(i), 0)));

    /// <summary>These clusters with that value.</summary>
    public static byte[] Change(IEnumerable<string> names, int value) => Frame(names.Select(n => BenchResources.Cluster(n, value)));

    private static byte[] Frame(IEnumerable<Resource> resources)
    {
        var response = new DeltaDiscoveryResponse { SystemVersionInfo = "0000000000000000", TypeUrl = ResourceType.Cluster.TypeUrl, Nonce = "1" };
        response.Resources.AddRange(resources.Select(r => new Envoy.Service.Discovery.V3.Resource
        {
            Name = r.Name,
            Version = r.Version,
            Resource_ = new() { TypeUrl = r.Type.TypeUrl, Value = UnsafeByteOperations.UnsafeWrap(r.Body) },
        }));
        var frame = new byte[PrefixSize + response.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixSize);
        response.WriteTo(frame.AsSpan(PrefixSize));
        return frame;
    }
}
