using System.Collections.Frozen;
using XdsServer.Model;

namespace XdsServer.Sources.Manifests.Kinds;

/// <summary>The words for what a port speaks.</summary>
internal static class PortProtocols
{
    /// <summary>As our own kinds spell them.</summary>
    public static readonly FrozenDictionary<string, PortProtocol> ByName = new Dictionary<string, PortProtocol>(StringComparer.Ordinal)
    {
        ["tcp"] = PortProtocol.Tcp,
        ["http"] = PortProtocol.Http,
        ["http2"] = PortProtocol.Http2,
        ["grpc"] = PortProtocol.Grpc,
        ["tls"] = PortProtocol.Tls,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
