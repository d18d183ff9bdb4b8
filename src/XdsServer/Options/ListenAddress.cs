using System.Globalization;
using System.Net;

namespace XdsServer.Options;

/// <summary>Where a listener listens, as users write it: <c>0.0.0.0:18000</c>, <c>[::]:18000</c>, <c>localhost:18000</c> or <c>:18000</c> (all addresses).</summary>
internal static class ListenAddress
{
    /// <summary>False when the text is none of these forms.</summary>
    public static bool TryParse(string text, out IPEndPoint address)
    {
        address = new IPEndPoint(IPAddress.Any, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = text[..colon];
        if (!TryParseHost(host, out var ip))
        {
            return false;
        }

        address = new IPEndPoint(ip, port);
        return true;
    }

    private static bool TryParseHost(string host, out IPAddress ip)
    {
        ip = IPAddress.Any;
        switch (host)
        {
            case "" or "*":
                ip = IPAddress.IPv6Any;
                return true;
            case "localhost":
                ip = IPAddress.Loopback;
                return true;
            case ['[', .. var inner, ']']:
                return IPAddress.TryParse(inner, out ip!) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            default:
                return IPAddress.TryParse(host, out ip!) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        }
    }
}
