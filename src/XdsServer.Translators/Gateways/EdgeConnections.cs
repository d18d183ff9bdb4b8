using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Clusters;
using XdsServer.Translators.Listeners;
using XdsServer.Translators.Routes;
using EscapedSlashes = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.PathWithEscapedSlashesAction;

namespace XdsServer.Translators.Gateways;

/// <summary>How an edge takes connections: from clients that nobody knows, so with the limits that Envoy's own guide gives for edges.</summary>
internal static class EdgeConnections
{
    private const uint BufferLimit = 32 * 1024;
    private const uint ConcurrentStreams = 100;
    private const uint StreamWindow = 64 * 1024;
    private const uint ConnectionWindow = 1024 * 1024;

    private static readonly TimeSpan IdleTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What a listener allows one connection to hold in memory.</summary>
    public static uint PerConnectionBufferLimit => BufferLimit;

    /// <summary>HTTP whose client address is the connection's own: forwarding headers of clients are not believed.</summary>
    public static Filter Http(string name)
    {
        var manager = HttpConnections.Create(name, name);
        manager.UseRemoteAddress = true;
        manager.PathWithEscapedSlashesAction = EscapedSlashes.UnescapeAndRedirect;
        manager.RequestHeadersTimeout = Duration.FromTimeSpan(HeadersTimeout);
        manager.CommonHttpProtocolOptions = new HttpProtocolOptions { IdleTimeout = Duration.FromTimeSpan(IdleTimeout) };
        manager.Http2ProtocolOptions = new Http2ProtocolOptions
        {
            MaxConcurrentStreams = ConcurrentStreams,
            InitialStreamWindowSize = StreamWindow,
            InitialConnectionWindowSize = ConnectionWindow,
        };
        return HttpConnections.Filter(manager);
    }

    /// <summary>Bytes to the clusters, by weight; TCP knows no weight of 0.</summary>
    public static Filter Tcp(string name, BackendSplit split)
    {
        var proxy = new TcpProxy { StatPrefix = name.Replace('.', '_') };
        if (split.Taking is [var only])
        {
            proxy.Cluster = only.Name;
        }
        else
        {
            proxy.WeightedClusters = new TcpProxy.Types.WeightedCluster();
            proxy.WeightedClusters.Clusters.AddRange(split.Taking.Select(c => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = c.Name, Weight = c.Weight }));
        }

        return new Filter { Name = "envoy.filters.network.tcp_proxy", TypedConfig = Any.Pack(proxy) };
    }

    /// <summary>Terminates TLS with a certificate that comes over SDS, so that a new one never touches the listener.</summary>
    public static TransportSocket Tls(string secretName)
    {
        var common = new CommonTlsContext
        {
            TlsParams = new TlsParameters { TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12 },
            AlpnProtocols = { "h2", "http/1.1" },
            TlsCertificateSdsSecretConfigs = { new SdsSecretConfig { Name = secretName, SdsConfig = AdsSource.Create() } },
        };
        return new TransportSocket
        {
            Name = "envoy.transport_sockets.tls",
            TypedConfig = Any.Pack(new DownstreamTlsContext { CommonTlsContext = common }),
        };
    }

    /// <summary>Reads the server name that a client asks for.</summary>
    public static ListenerFilter TlsInspector() =>
        new() { Name = "envoy.filters.listener.tls_inspector", TypedConfig = Any.Pack(new TlsInspector()) };
}
