using XdsServer.Model;

namespace XdsServer.Translators;

/// <summary>What translators may have to leave out, and what to do about it: all XDS3xxx diagnostics in one place.</summary>
internal static class Problems
{
    public static Diagnostic UnusableEndpoint(ServiceEndpoints source, int index, string problem) => Of(
        Severity.Error, "XDS3001", source, $"endpoints[{index}].address",
        $"The endpoint is left out: {problem}.",
        "Give an IP address or unix:///path, or set the service's resolution to dns for host names.");

    public static Diagnostic UnservedPort(MeshService service, ServicePort port) => Of(
        Severity.Warning, "XDS3002", service, $"ports[{port.Name}]",
        $"No endpoint serves port '{port.Name}', so requests to it fail with 503.",
        $"Give the endpoints a port of the name '{port.Name}', or remove the port from the service.");

    public static Diagnostic LostAlias(MeshService loser, MeshService winner, string alias) => Of(
        Severity.Warning, "XDS3010", loser, "",
        $"The host name '{alias}' belongs to {winner.Ref}, which claims it with precedence, so here it does not lead to this service.",
        "Rename one of the two, or use a longer name of the service, for example its full name.");

    public static Diagnostic UnusableAlias(MeshService service, string alias) => Of(
        Severity.Warning, "XDS3013", service, "hosts",
        $"The host name '{alias}' is left out: proxies would refuse it, or it would catch every host.",
        "Use a plain host name, or one whose first label is a star: *.example.com.");

    public static Diagnostic LostPort(MeshService loser, MeshService winner, string address) => Of(
        Severity.Warning, "XDS3011", loser, "",
        $"The address {address} belongs to {winner.Ref}, so explicit sidecars cannot reach this service's TCP port there.",
        "Give one of the two services another port, or a loopback address of its own (addresses: [127.0.0.2]).");

    public static Diagnostic ReservedPort(MeshService service, ServicePort port, string reason) => Of(
        Severity.Info, "XDS3012", service, $"ports[{port.Name}].port",
        $"TCP port {port.Port} has no egress listener on some explicit sidecars: {reason}.",
        "Give the service another port, or a loopback address of its own (addresses: [127.0.0.2]).");

    public static Diagnostic MissingBackend(MeshRoute route, string field, RouteBackend backend, string problem) => Of(
        Severity.Error, "XDS3020", route, field,
        $"The backend {backend.Service} does not exist ({problem}); its share of requests fails with 503.",
        "Create the service with that port, or remove the backend.");

    public static Diagnostic UnusableRegex(MeshRoute route, string field, string problem) => Of(
        Severity.Error, "XDS3021", route, field,
        $"The match is left out, because proxies would refuse its regular expression: {problem}.",
        "Write it in RE2 syntax, without look-around and back references, and shorter if it is too large.");

    public static Diagnostic UnusableMatch(MeshRoute route, string field, string problem) => Of(
        Severity.Error, "XDS3022", route, field,
        $"The match is left out: {problem}.",
        "Correct the value.");

    public static Diagnostic UnknownRetryCondition(MeshRoute route, string field, string word) => Of(
        Severity.Warning, "XDS3023", route, field,
        $"'{word}' is not a retry condition and is left out.",
        "Use conditions that Envoy knows, for example connect-failure, reset, 5xx, gateway-error, unavailable.");

    public static Diagnostic IgnoredHosts(MeshRoute route) => Of(
        Severity.Warning, "XDS3024", route, "hosts",
        "Host names are ignored on routes that hang on a service: the service's own names decide.",
        "Remove the host names, or hang the route on a gateway.");

    public static Diagnostic NoSuchPort(MeshRoute route, ServiceKey service, int port) => Of(
        Severity.Error, "XDS3025", route, "parents",
        $"The route applies to port {port} of {service}, which has no such HTTP port, so it has no effect.",
        "Name an HTTP port of the service, or none for all its HTTP ports.");

    public static Diagnostic UnreachableInbound(MeshService service, ServicePort port) => Of(
        Severity.Warning, "XDS3030", service, $"ports[{port.Name}]",
        $"Explicit sidecars have one inbound port for HTTP, which TCP port '{port.Name}' cannot share; it is reached directly, past the sidecar.",
        "Use the transparent profile, or make the TCP port a service of its own.");

    public static Diagnostic AmbiguousTargetPort(MeshService service, ServicePort port, int chosen) => Of(
        Severity.Warning, "XDS3031", service, $"ports[{port.Name}]",
        $"The endpoints disagree about where port '{port.Name}' is served; sidecars of this service send inbound traffic to 127.0.0.1:{chosen}.",
        "Let all instances listen on one port.");

    private static Diagnostic Of(Severity severity, string code, MeshObject at, string field, string message, string remedy) => new()
    {
        Severity = severity,
        Code = code,
        Message = message,
        Remedy = remedy,
        Object = at.Ref,
        Field = field,
        Location = at.Location,
    };
}
