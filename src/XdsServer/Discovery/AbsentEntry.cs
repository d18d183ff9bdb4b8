using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace XdsServer.Discovery;

/// <summary>
/// An entry of a <c>DeltaDiscoveryResponse</c> without a body: the virtual host that was asked for does not exist. The name stands among the aliases too: without
/// one Envoy takes the missing body for a mistake.
/// </summary>
internal static class AbsentEntry
{
    public static ReadOnlyMemory<byte> Of(string name) => new DeltaDiscoveryResponse { Resources = { new Resource { Name = name, Aliases = { name } } } }.ToByteArray();
}
