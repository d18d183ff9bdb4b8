using System.Collections.Immutable;

namespace XdsServer.Model;

/// <summary>What a port speaks.</summary>
public enum PortProtocol
{
    /// <summary>Opaque bytes.</summary>
    Tcp,

    /// <summary>HTTP/1.1 (with upgrades such as WebSocket).</summary>
    Http,

    /// <summary>HTTP/2 with prior knowledge (h2c).</summary>
    Http2,

    /// <summary>gRPC, over HTTP/2.</summary>
    Grpc,

    /// <summary>TLS that is passed through unopened.</summary>
    Tls,
}

/// <summary>How endpoint addresses become sockets.</summary>
public enum Resolution
{
    /// <summary>They are IP addresses or Unix sockets.</summary>
    Static,

    /// <summary>They are host names, resolved by the proxy.</summary>
    Dns,
}

/// <summary>One port of a service.</summary>
/// <param name="Name">Unique within the service; the third part of cluster names. Never empty: an unnamed port is named by its number.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Protocol">What it speaks.</param>
public sealed record ServicePort(string Name, int Port, PortProtocol Protocol);

/// <summary>A service: its names, virtual addresses and ports. Where it runs is in <see cref="ServiceEndpoints"/>.</summary>
public sealed record MeshService : MeshObject
{
    /// <summary>Namespace and name.</summary>
    public required ServiceKey Key { get; init; }

    /// <summary>In the order written; at least one, names and numbers unique.</summary>
    public required ImmutableArray<ServicePort> Ports { get; init; }

    /// <summary>Further names that clients use, lower-cased.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Virtual IP addresses in canonical text form.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>How the endpoints' addresses are to be read.</summary>
    public Resolution Resolution { get; init; }

    /// <summary>The identity its workloads run as; empty when unknown.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>Labels of the service object.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The port of that number, or null.</summary>
    public ServicePort? PortByNumber(int number)
    {
        foreach (var port in Ports)
        {
            if (port.Port == number)
            {
                return port;
            }
        }

        return null;
    }
}
