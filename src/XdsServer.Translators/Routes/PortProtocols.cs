using System.Collections.Immutable;
using XdsServer.Model;

namespace XdsServer.Translators.Routes;

/// <summary>Questions about what ports speak.</summary>
internal static class PortProtocols
{
    /// <summary>True when requests on the port can be routed one by one.</summary>
    public static bool IsHttp(this PortProtocol protocol) => protocol is PortProtocol.Http or PortProtocol.Http2 or PortProtocol.Grpc;

    /// <summary>True when gRPC clients can call the port.</summary>
    public static bool IsGrpc(this PortProtocol protocol) => protocol is PortProtocol.Grpc or PortProtocol.Http2;

    /// <summary>The port that a service's name without a port means: 80, else the lowest HTTP port; null without HTTP ports.</summary>
    public static ServicePort? MainHttpPort(this ImmutableArray<ServicePort> ports) =>
        ports.Where(p => p.Protocol.IsHttp()).OrderBy(p => p.Port == 80 ? 0 : p.Port).FirstOrDefault();
}
