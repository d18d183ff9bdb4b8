using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Service.LoadStats.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.LoadReports;
using XdsServer.Model;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.LoadReports;

/// <summary>Load reports for tests.</summary>
internal static class Loads
{
    /// <summary>A proxy beside a workload.</summary>
    public static LoadReporter Sidecar(string service, string space = "demo", string id = "") =>
        new(id.Length > 0 ? id : $"{space}-{service}", new ProxyGroupKey(ProxyProfile.Sidecar, space, service, 15001, 15006, ""));

    /// <summary>What was sent to a service of <c>demo</c> in ten seconds.</summary>
    public static ServiceLoad To(string service, double succeeded, double failed = 0, int seconds = 10, params EndpointLoad[] endpoints) =>
        new(new ServiceKey("demo", service), TimeSpan.FromSeconds(seconds), new RequestCounts(succeeded, failed), [.. endpoints]);

    /// <summary>A report of that time.</summary>
    public static LoadReport Report(DateTimeOffset at, params ServiceLoad[] loads) => new(at, [.. loads]);

    /// <summary>A message as a proxy sends it, with one endpoint a cluster.</summary>
    public static LoadStatsRequest Message(Node? node, params (string Cluster, ulong Succeeded, ulong Failed, ulong Dropped)[] clusters)
    {
        var message = new LoadStatsRequest { Node = node };
        foreach (var (cluster, succeeded, failed, dropped) in clusters)
        {
            var endpoint = new UpstreamEndpointStats
            {
                Address = new Address { SocketAddress = new SocketAddress { Address = "10.0.0.1", PortValue = 8080 } },
                TotalSuccessfulRequests = succeeded,
                TotalErrorRequests = failed,
            };
            var locality = new UpstreamLocalityStats { TotalSuccessfulRequests = succeeded, TotalErrorRequests = failed, UpstreamEndpointStats = { endpoint } };
            message.ClusterStats.Add(new ClusterStats
            {
                ClusterName = cluster, TotalDroppedRequests = dropped, LoadReportInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)), UpstreamLocalityStats = { locality },
            });
        }

        return message;
    }

    /// <summary>A node that says what it is.</summary>
    public static Node Node(string service, params string[] features)
    {
        var node = new Node
        {
            Id = $"demo-{service}",
            Metadata = new Struct { Fields = { ["profile"] = Value.ForString("sidecar"), ["namespace"] = Value.ForString("demo"), ["service"] = Value.ForString(service) } },
        };
        node.ClientFeatures.AddRange(features);
        return node;
    }

    /// <summary>The loads of one proxy that reported once.</summary>
    public static ImmutableArray<ReporterLoad> Once(LoadReporter reporter, DateTimeOffset at, params ServiceLoad[] loads) => [new ReporterLoad(reporter, at, [Report(at, loads)])];
}
