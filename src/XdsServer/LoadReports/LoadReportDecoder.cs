using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Service.LoadStats.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Model;

namespace XdsServer.LoadReports;

/// <summary>Reads what a proxy reports. Clusters that are no service of the mesh are left out, and so is what had no traffic. Pure.</summary>
internal static class LoadReportDecoder
{
    private const int LongestName = 1024;

    /// <summary>The report in a message that came at that time.</summary>
    public static LoadReport Decode(LoadStatsRequest message, DateTimeOffset at) => new(at, [.. message.ClusterStats.Select(Load).OfType<ServiceLoad>()]);

    /// <summary>The service of a cluster called <c>namespace/service/port</c>, with or without the name of a subset behind it.</summary>
    public static ServiceKey? ServiceOf(string cluster)
    {
        if (cluster.Length > LongestName)
        {
            return null;
        }

        var first = cluster.IndexOf('/', StringComparison.Ordinal);
        var second = first < 1 ? -1 : cluster.IndexOf('/', first + 1);
        return second > first + 1 && second < cluster.Length - 1 ? new ServiceKey(cluster[..first], cluster[(first + 1)..second]) : null;
    }

    private static ServiceLoad? Load(ClusterStats stats)
    {
        var counts = new RequestCounts(0, stats.TotalDroppedRequests);
        foreach (var locality in stats.UpstreamLocalityStats)
        {
            counts += new RequestCounts(locality.TotalSuccessfulRequests, locality.TotalErrorRequests);
        }

        return counts != default && ServiceOf(stats.ClusterName) is { } service
            ? new ServiceLoad(service, IntervalOf(stats.LoadReportInterval), counts, [.. stats.UpstreamLocalityStats.SelectMany(l => l.UpstreamEndpointStats).Select(Load).OfType<EndpointLoad>()])
            : null;
    }

    private static EndpointLoad? Load(UpstreamEndpointStats stats)
    {
        var counts = new RequestCounts(stats.TotalSuccessfulRequests, stats.TotalErrorRequests);
        return counts != default && AddressOf(stats.Address) is { Length: <= LongestName } address ? new EndpointLoad(address, counts) : null;
    }

    private static string? AddressOf(Address? address) => address?.AddressCase switch
    {
        Address.AddressOneofCase.SocketAddress => SocketText(address.SocketAddress.Address, (int)address.SocketAddress.PortValue),
        Address.AddressOneofCase.Pipe => address.Pipe.Path,
        _ => null,
    };

    /// <summary>Address and port in the form of <see cref="EndpointLoad.Address"/>.</summary>
    public static string SocketText(string address, int port) => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");

    // A client may claim anything; what makes no sense counts as no time at all, and then the counts are taken whole.
    private static TimeSpan IntervalOf(Duration? interval) =>
        interval is { Seconds: >= 0 and <= 86_400, Nanos: >= 0 and < 1_000_000_000 } ? interval.ToTimeSpan() : TimeSpan.Zero;
}
