using Envoy.Config.Core.V3;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance.Client;

/// <summary>A proxy: one connection to the server under test, and a node.</summary>
public sealed class XdsClient(Uri server, string nodeId) : IDisposable
{
    private const string Aggregated = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";

    /// <summary>The connection that all its streams share.</summary>
    public GrpcConnection Connection { get; } = new(server);

    /// <summary>What it says of itself.</summary>
    public Node Node { get; } = new() { Id = nodeId, Cluster = "conformance" };

    /// <summary>Opens an aggregated stream.</summary>
    public XdsStream Ads(Variant variant) => variant == Variant.Sotw ? Sotw() : Delta();

    /// <summary>Opens an aggregated state-of-the-world stream.</summary>
    public SotwStream Sotw() => new(Connection.Open(Aggregated + "StreamAggregatedResources"), Node);

    /// <summary>Opens an aggregated incremental stream.</summary>
    public DeltaStream Delta() => new(Connection.Open(Aggregated + "DeltaAggregatedResources"), Node);

    /// <summary>Opens an aggregated stream on which nothing is ever said about the node.</summary>
    public XdsStream Nameless(Variant variant) => variant == Variant.Sotw
        ? new SotwStream(Connection.Open(Aggregated + "StreamAggregatedResources"), null)
        : new DeltaStream(Connection.Open(Aggregated + "DeltaAggregatedResources"), null);

    /// <summary>Opens a stream for one type on that type's own service.</summary>
    public XdsStream OneType(ResourceType type, Variant variant) => variant == Variant.Sotw
        ? new SotwStream(Connection.Open(OneTypeServices.MethodOf(type, variant)), Node)
        : new DeltaStream(Connection.Open(OneTypeServices.MethodOf(type, variant)), Node);

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();
}
