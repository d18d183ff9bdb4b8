using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>What a gateway listener speaks to its clients.</summary>
public enum GatewayProtocol
{
    /// <summary>Plain HTTP/1.1 and h2c.</summary>
    Http,

    /// <summary>HTTP over TLS, terminated here.</summary>
    Https,

    /// <summary>Opaque bytes to one backend.</summary>
    Tcp,

    /// <summary>TLS passed through by server name.</summary>
    Tls,
}

/// <summary>An edge: real ports, hosts, TLS. Its HTTP routes are <see cref="MeshRoute"/>s that hang on it.</summary>
public sealed record MeshGateway : MeshObject
{
    /// <summary>Namespace and name.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>Names and ports unique; at least one.</summary>
    public required ImmutableArray<GatewayListener> Listeners { get; init; }
}

/// <summary>One port of a gateway.</summary>
public sealed record GatewayListener
{
    /// <summary>Unique within the gateway.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>What it speaks.</summary>
    public required GatewayProtocol Protocol { get; init; }

    /// <summary>Host names that it serves, possibly with a leading <c>*.</c>; empty: all.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The certificate to present, for <see cref="GatewayProtocol.Https"/>.</summary>
    public ServiceKey? Secret { get; init; }

    /// <summary>Where bytes go, for <see cref="GatewayProtocol.Tcp"/> and <see cref="GatewayProtocol.Tls"/>.</summary>
    public ImmutableArray<RouteBackend> Backends { get; init; } = [];
}
