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

    /// <summary>
    /// As Kubernetes' <c>appProtocol</c> and port names spell them. Names that are not here are opaque bytes; so is everything in TLS,
    /// because the proxy does not hold its key.
    /// </summary>
    public static readonly FrozenDictionary<string, PortProtocol> ByAppProtocol = new Dictionary<string, PortProtocol>(StringComparer.OrdinalIgnoreCase)
    {
        ["tcp"] = PortProtocol.Tcp,
        ["http"] = PortProtocol.Http,
        ["http2"] = PortProtocol.Http2,
        ["h2c"] = PortProtocol.Http2,
        ["grpc"] = PortProtocol.Grpc,
        ["https"] = PortProtocol.Tls,
        ["tls"] = PortProtocol.Tls,
        ["kubernetes.io/h2c"] = PortProtocol.Http2,
        ["kubernetes.io/ws"] = PortProtocol.Http,
        ["kubernetes.io/wss"] = PortProtocol.Tls,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
