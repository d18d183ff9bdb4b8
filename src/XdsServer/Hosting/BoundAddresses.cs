using System.Net;

namespace XdsServer.Hosting;

/// <summary>Where the server really listens: ports that were 0 are known now.</summary>
public sealed record BoundAddresses(IPEndPoint Grpc, IPEndPoint Rest, IPEndPoint Admin, IPEndPoint? SmiMetrics)
{
    /// <summary>From what Kestrel reports, in the order of binding.</summary>
    internal static BoundAddresses From(IEnumerable<string> urls)
    {
        var bound = urls.Select(ToEndPoint).ToList();
        return new BoundAddresses(bound[0], bound[1], bound[2], bound.Count > 3 ? bound[3] : null);
    }

    /// <summary>The address a client on this machine can use: a wildcard becomes loopback.</summary>
    public static IPEndPoint Reachable(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback, address.Port) : address;

    private static IPEndPoint ToEndPoint(string url)
    {
        var uri = new Uri(url.Replace("//*:", "//[::]:", StringComparison.Ordinal));
        return new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port);
    }
}
