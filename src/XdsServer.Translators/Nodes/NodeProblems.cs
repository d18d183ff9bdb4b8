using System.Globalization;
using XdsServer.Model;

namespace XdsServer.Translators.Nodes;

/// <summary>What node proxies have to leave out: XDS3150 to XDS3159.</summary>
internal static class NodeProblems
{
    public static Diagnostic NoAddress(MeshService service, ServicePort port) => new()
    {
        Severity = Severity.Info,
        Code = "XDS3150",
        Message = string.Create(CultureInfo.InvariantCulture, $"TCP port {port.Port} cannot be reached through node proxies: without a virtual address they cannot tell which service a connection is for."),
        Remedy = "Give the service an address (spec.addresses), or use sidecars.",
        Object = service.Ref,
        Field = $"ports[{port.Name}]",
        Location = service.Location,
    };

    public static Diagnostic AddressTaken(MeshService loser, MeshService winner, string address, int port) => new()
    {
        Severity = Severity.Warning,
        Code = "XDS3151",
        Message = string.Create(CultureInfo.InvariantCulture, $"{address} port {port} belongs to {winner.Ref}, so node proxies do not send it to this service."),
        Remedy = "Give the two services different addresses.",
        Object = loser.Ref,
        Field = "addresses",
        Location = loser.Location,
    };
}
