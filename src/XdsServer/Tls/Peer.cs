using Microsoft.AspNetCore.Connections.Features;
using XdsServer.Discovery;

namespace XdsServer.Tls;

/// <summary>Reads from a connection who is at its other end.</summary>
internal static class Peer
{
    /// <summary>
    /// The peer of a request. Whether it is encrypted is what the connection says: the scheme of an HTTP/2 request is the client's own word, and Envoy says
    /// <c>http</c> even behind TLS.
    /// </summary>
    public static PeerInfo Of(HttpContext context)
    {
        var connection = context.Connection;
        var isEncrypted = context.Features.Get<ITlsHandshakeFeature>() is not null;
        return new PeerInfo($"{connection.RemoteIpAddress}:{connection.RemotePort}", isEncrypted, PeerIdentities.Of(connection.ClientCertificate));
    }
}
