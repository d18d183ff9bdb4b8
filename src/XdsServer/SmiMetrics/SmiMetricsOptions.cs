using XdsServer.Tls;

namespace XdsServer.SmiMetrics;

/// <summary>
/// A listener of its own for SMI's metrics, as the aggregation layer of a Kubernetes API server wants it: TLS, and nobody but that API server.
/// The admin listener has the same paths in any case.
/// </summary>
public sealed record SmiMetricsOptions
{
    /// <summary>Address and port; empty: no such listener.</summary>
    public string Address { get; init; } = "";

    /// <summary>TLS, which the aggregation layer demands. The client's authority is the cluster's request header authority.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Common names of client certificates that are let in; empty: every client that the authority has signed.</summary>
    public IReadOnlyList<string> AllowedNames { get; init; } = [];

    /// <summary>True when there is such a listener.</summary>
    internal bool IsEnabled => Address.Length > 0;
}
