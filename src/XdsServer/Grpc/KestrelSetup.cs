using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XdsServer.Tls;

namespace XdsServer.Grpc;

/// <summary>What gRPC needs of Kestrel.</summary>
public static class KestrelSetup
{
    // A stream that nobody reads holds its own window of the connection's; sixteen such streams still leave room for others.
    private const int ConnectionWindow = 4 * 1024 * 1024;
    private const int StreamWindow = 256 * 1024;

    // What is written and not yet sent, per stream: enough to keep the wire busy (with half of it a thousand that connect at once take a tenth longer), and little enough for thousands.
    private const int ResponseBuffer = 64 * 1024;

    /// <summary>Sets the limits of HTTP/2 connections that carry long-lived streams, and accepts what real clients send.</summary>
    public static void UseGrpc(this KestrelServerOptions kestrel, GrpcLimits limits)
    {
        // Envoy's gRPC client names the scheme http behind TLS too; Kestrel would reset such streams.
        kestrel.AllowAlternateSchemes = true;

        // An Envoy that is busy with a large update neither reads nor writes for seconds; pings tell who is really gone.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = null;
        kestrel.Limits.MaxResponseBufferSize = ResponseBuffer;
        kestrel.Limits.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = limits.KeepAlivePingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = limits.KeepAlivePingTimeout;
        // HeaderTableSize stays at HTTP/2's initial value. With a smaller one Kestrel refuses what a client's second stream says by reference to its first, if
        // the client has opened both before our settings reached it, as Envoy does that reports load or has a stream for each type: the connection ends.
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindow;
    }

    /// <summary>Makes a listener speak gRPC: HTTP/2 with TLS, or without when <paramref name="tls"/> is null (h2c).</summary>
    public static void UseGrpc(this ListenOptions listener, GrpcLimits limits, ServerTls? tls, TimeProvider time)
    {
        listener.Protocols = HttpProtocols.Http2;
        ConnectionLimit.Cap(listener, limits.MaxConnections);
        ConnectionAge.Cap(listener, limits.MaxConnectionAge, time);
        tls?.Use(listener, SslApplicationProtocol.Http2);
    }
}
