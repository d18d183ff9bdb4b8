using Envoy.Config.Core.V3;

namespace XdsServer.Translators.Listeners;

/// <summary>Socket addresses.</summary>
internal static class Addresses
{
    /// <summary>TCP on that address and port.</summary>
    public static Address Of(string address, int port) => new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };
}
