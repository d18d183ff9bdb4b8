using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using XdsServer.Model;

namespace XdsServer.Translators.Listeners;

/// <summary>Socket addresses.</summary>
internal static class Addresses
{
    private const string Any = "0.0.0.0";
    private const string Any6 = "::";

    /// <summary>TCP on that address and port.</summary>
    public static Address Of(string address, int port) => new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };

    /// <summary>
    /// Lets a listener take connections to the port on every address: of IPv4, and of IPv6 where the mesh says so. Each family has its socket, so that a
    /// client's address, and the address that a redirected connection was meant for, are never an IPv4 address in IPv6's clothes.
    /// </summary>
    public static Listener OnEveryAddress(this Listener listener, int port, MeshConfig config)
    {
        listener.Address = Of(Any, port);
        if (config.ListensOnIpv6)
        {
            listener.AdditionalAddresses.Add(new AdditionalAddress { Address = Of(Any6, port) });
        }

        return listener;
    }
}
