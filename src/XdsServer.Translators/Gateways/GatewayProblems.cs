using System.Globalization;
using XdsServer.Model;

namespace XdsServer.Translators.Gateways;

/// <summary>What gateways may have to leave out: XDS3120 to XDS3129.</summary>
internal static class GatewayProblems
{
    public static Diagnostic NoGateway(ServiceKey gateway) => new()
    {
        Severity = Severity.Warning,
        Code = "XDS3120",
        Message = $"Proxies ask to be the gateway '{gateway}', which does not exist, so they have no listener.",
        Remedy = "Create a MeshGateway of that name, or correct --namespace and --service of the proxies' bootstrap.",
    };

    public static Diagnostic PortTaken(EdgeListener loser, EdgeListener winner, string reason) => Of(
        Severity.Error, "XDS3121", loser, "port",
        $"The listener is left out: {winner.Gateway.Ref} listens on port {Number(loser.Listener.Port)} already ('{winner.Listener.Name}'), and {reason}.",
        "Give one of the two another port.");

    public static Diagnostic HostTaken(EdgeListener loser, EdgeListener winner, string host) => Of(
        Severity.Error, "XDS3122", loser, "hosts",
        $"On port {Number(loser.Listener.Port)} the host '{host}' belongs to '{winner.Listener.Name}' of {winner.Gateway.Ref} already, so here it is left out.",
        "Name every host once for each port.");

    public static Diagnostic UnusableSecret(EdgeListener at, string problem) => Of(
        Severity.Error, "XDS3123", at, "tls.secretName",
        $"The listener is left out, since its certificate {at.Listener.Secret} cannot be used: {problem}.",
        "Create the secret in the gateway's namespace, with tls.crt and the tls.key that belongs to it.");

    public static Diagnostic NoHostInCommon(MeshRoute route, EdgeListener at) => new()
    {
        Severity = Severity.Warning,
        Code = "XDS3124",
        Message = $"None of the route's hosts is served by the listener '{at.Listener.Name}' of {at.Gateway.Ref}, so the route has no effect there.",
        Remedy = "Name hosts that the listener serves, or add them to the listener.",
        Object = route.Ref,
        Field = "hosts",
        Location = route.Location,
    };

    public static Diagnostic NoBackend(EdgeListener at) => Of(
        Severity.Error, "XDS3125", at, "backends",
        "The listener is left out, since no backend takes its connections.",
        "Name a service of the mesh with a port and a weight above zero.");

    public static Diagnostic TooManyMatches(MeshRoute route, int rule) => new()
    {
        Severity = Severity.Warning,
        Code = "XDS3126",
        Message = $"The backends have so many splits of matching requests that together they would take more than {Number(GatewaySplits.MostMatches)} routes; here they have no effect.",
        Remedy = "Give the rule fewer backends with such splits, or join the matches of their route groups into fewer expressions.",
        Object = route.Ref,
        Field = $"rules[{Number(rule)}].backends",
        Location = route.Location,
    };

    private static Diagnostic Of(Severity severity, string code, EdgeListener at, string field, string message, string remedy) => new()
    {
        Severity = severity,
        Code = code,
        Message = message,
        Remedy = remedy,
        Object = at.Gateway.Ref,
        Field = $"spec.listeners[{Number(at.Index)}].{field}",
        Location = at.Gateway.Location,
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
