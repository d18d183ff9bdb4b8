using XdsServer.Translators;

namespace XdsServer.Bootstrap;

/// <summary>How a proxy asks for its configuration.</summary>
public enum BootstrapMode
{
    /// <summary>One gRPC stream, differences only: the default.</summary>
    Delta,

    /// <summary>One gRPC stream, state of the world.</summary>
    Sotw,

    /// <summary>Polling over HTTP/1.1.</summary>
    Rest,
}

/// <summary>All that a bootstrap is made from.</summary>
public sealed record BootstrapRequest
{
    /// <summary>What the proxy is.</summary>
    public required ProxyGroupKey Proxy { get; init; }

    /// <summary>Its name, unique in the mesh.</summary>
    public required string NodeId { get; init; }

    /// <summary>Its <c>node.cluster</c>.</summary>
    public required string NodeCluster { get; init; }

    /// <summary>The control plane's host name or IP address.</summary>
    public required string XdsHost { get; init; }

    /// <summary>The control plane's port.</summary>
    public required int XdsPort { get; init; }

    /// <summary>How it asks.</summary>
    public BootstrapMode Mode { get; init; }

    /// <summary>The port of Envoy's own admin interface.</summary>
    public int AdminPort { get; init; } = 15000;

    /// <summary>Region, zone and sub-zone; empty parts are left out.</summary>
    public (string Region, string Zone, string SubZone) Locality { get; init; } = ("", "", "");

    /// <summary>TLS to the control plane; null: plain text.</summary>
    public BootstrapTls? Tls { get; init; }

    /// <summary>The largest number of connections that clients may open.</summary>
    public int MaxConnections { get; init; } = 50_000;
}

/// <summary>TLS from the proxy to the control plane. All are files on the proxy's machine.</summary>
/// <param name="CaFile">The authorities that sign the control plane's certificate.</param>
/// <param name="CertificateFile">The proxy's certificate; empty: none is shown.</param>
/// <param name="PrivateKeyFile">Its key.</param>
/// <param name="ServerName">The name in the control plane's certificate.</param>
public sealed record BootstrapTls(string CaFile, string CertificateFile, string PrivateKeyFile, string ServerName);
