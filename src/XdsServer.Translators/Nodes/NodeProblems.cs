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
}
