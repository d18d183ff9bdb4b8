using System.Net;
using System.Net.Sockets;

namespace XdsServer.Tests.Integration.Harness;

/// <summary>
/// Ports for listeners that cannot take port 0, such as an Envoy's egress. They come from below the kernel's ephemeral range, so that no
/// outgoing connection takes one between the check and its use, and at random, so that test processes do not meet.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int AfterLast = 32_000;

    /// <summary>A port that nothing listens on, neither on IPv4 nor on IPv6.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, AfterLast);
            if (IsFree(IPAddress.Any, port) && IsFree(IPAddress.IPv6Loopback, port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
