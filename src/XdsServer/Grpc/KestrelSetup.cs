using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace XdsServer.Grpc;

/// <summary>What gRPC needs of Kestrel.</summary>
public static class KestrelSetup
{
    private const int ConnectionWindow = 1024 * 1024;
    private const int StreamWindow = 512 * 1024;

    /// <summary>Sets the limits of HTTP/2 connections that carry long-lived streams.</summary>
    public static void UseGrpcLimits(this KestrelServerLimits kestrel, GrpcLimits limits)
    {
        kestrel.MinRequestBodyDataRate = null;
        kestrel.MinResponseDataRate = null;
        kestrel.MaxConcurrentConnections = null;
        kestrel.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
        kestrel.Http2.KeepAlivePingDelay = limits.KeepAlivePingDelay;
        kestrel.Http2.KeepAlivePingTimeout = limits.KeepAlivePingTimeout;
        kestrel.Http2.InitialConnectionWindowSize = ConnectionWindow;
        kestrel.Http2.InitialStreamWindowSize = StreamWindow;
    }
}
