namespace XdsServer.Model;

/// <summary>Whether traffic between services is encrypted.</summary>
public enum MtlsMode
{
    /// <summary>Plain text.</summary>
    Off,

    /// <summary>Both are taken.</summary>
    Permissive,

    /// <summary>Only mutual TLS is taken.</summary>
    Strict,
}

/// <summary>Settings of the whole mesh. At most one is in force.</summary>
public sealed record MeshConfig : MeshObject
{
    /// <summary>What is in force when nobody wrote one.</summary>
    public static readonly MeshConfig Default = new() { Ref = new ObjectRef("MeshConfig", "", "default", "built-in"), Revision = "default" };

    /// <summary>The first part of SPIFFE ids.</summary>
    public string TrustDomain { get; init; } = "cluster.local";

    /// <summary>The last part of service names: <c>web.demo.svc.</c><b>cluster.local</b>.</summary>
    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>The namespace whose <see cref="EnvoyResource"/>s apply to the proxies of all namespaces.</summary>
    public string RootNamespace { get; init; } = "mesh-system";

    /// <summary>Mutual TLS between services.</summary>
    public MtlsMode Mtls { get; init; }

    /// <summary>Whether sidecars let requests to hosts outside the mesh pass.</summary>
    public bool AllowUnknownHosts { get; init; }

    /// <summary>Whether gateways and node proxies listen on IPv6, too.</summary>
    public bool ListensOnIpv6 { get; init; }

    /// <summary>For connecting to an endpoint.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a whole HTTP request; zero: none.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
